from django.urls import path

from subsidies.policies.views import editing, public, reading, writing

urlpatterns = [
    path("subsidies/policies/", public.policies, name="policies"),
    path("subsidies/policies/<str:public_id>/", public.policy, name="policy"),
    path("staff/policies/", reading.staff_policies, name="staff_policies"),
    path("staff/policies/new/", writing.new_policy, name="new_policy"),
    path("staff/policies/<str:public_id>/", reading.policy_version, name="policy_version"),
    path("staff/policies/<str:public_id>/count/", reading.count_policy, name="count_policy"),
    path("staff/policies/<str:public_id>/preview/", reading.preview_policy, name="preview_policy"),
    path("staff/policies/<str:public_id>/changes/", reading.policy_changes, name="policy_changes"),
    path("staff/policies/<str:public_id>/print/", reading.print_policy, name="print_policy"),
    path("staff/policies/<str:public_id>/edit/", editing.edit_policy, name="edit_policy"),
    path("staff/policies/<str:public_id>/edit/<str:part>/", editing.edit_part, name="edit_policy_part"),
    path("staff/policies/<str:public_id>/draft/", writing.draft_policy, name="draft_policy"),
    path("staff/policies/<str:public_id>/discard/", writing.discard_policy, name="discard_policy"),
    path("staff/policies/<str:public_id>/submit/", writing.submit_policy, name="submit_policy"),
    path("staff/policies/<str:public_id>/take-back/", writing.take_back_policy, name="take_back_policy"),
    path("staff/policies/<str:public_id>/send-back/", writing.send_back_policy, name="send_back_policy"),
    path("staff/policies/<str:public_id>/publish/", writing.publish_policy, name="publish_policy"),
    path("staff/policies/<str:public_id>/end/", writing.end_policy, name="end_policy"),
    path("staff/policies/<str:public_id>/retire/", writing.retire_policy, name="retire_policy"),
]
