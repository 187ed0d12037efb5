from django.urls import path

from jobs.postings.views import copying, drafting, managing, review, submitting

urlpatterns = [
    path("employer/postings/", managing.postings, name="postings"),
    path("employer/postings/new/", drafting.new, name="new_posting"),
    path("employer/postings/bulk/", managing.bulk, name="bulk_postings"),
    path(
        "employer/postings/templates/<str:public_id>/delete/",
        copying.delete_template,
        name="delete_template",
    ),
    path("employer/postings/<str:public_id>/", managing.manage, name="manage_posting"),
    path("employer/postings/<str:public_id>/edit/<slug:step>/", drafting.edit, name="edit_posting"),
    path(
        "employer/postings/<str:public_id>/edit/<slug:step>/autosave/",
        drafting.autosave,
        name="autosave_posting",
    ),
    path("employer/postings/<str:public_id>/check/", drafting.check, name="check_posting"),
    path("employer/postings/<str:public_id>/preview/", submitting.preview, name="preview_posting"),
    path("employer/postings/<str:public_id>/submit/", submitting.submit, name="submit_posting"),
    path("employer/postings/<str:public_id>/change/", submitting.revise, name="revise_posting"),
    path("employer/postings/<str:public_id>/copy/", copying.copy, name="copy_posting"),
    path("employer/postings/<str:public_id>/template/", copying.save_template, name="save_template"),
    path("employer/postings/<str:public_id>/pause/", managing.pause, name="pause_posting"),
    path("employer/postings/<str:public_id>/resume/", managing.resume, name="resume_posting"),
    path("employer/postings/<str:public_id>/take-back/", managing.take_back, name="take_back_posting"),
    path("employer/postings/<str:public_id>/withdraw/", managing.withdraw, name="withdraw_posting"),
    path("employer/postings/<str:public_id>/extend/", managing.extend, name="extend_posting"),
    path("employer/postings/<str:public_id>/close/", managing.close, name="close_posting"),
    path("staff/postings/review/", review.queue, name="review_queue"),
    path("staff/postings/review/approve-clean/", review.approve_clean, name="approve_clean"),
    path("staff/postings/review/<str:public_id>/", review.review, name="review_posting"),
    path("staff/postings/review/<str:public_id>/approve/", review.approve, name="approve_posting"),
    path("staff/postings/review/<str:public_id>/confirm/", review.confirm_sample, name="confirm_sample"),
    path("staff/postings/review/<str:public_id>/return/", review.send_back, name="return_posting"),
    path("staff/postings/review/<str:public_id>/reject/", review.reject, name="reject_posting"),
    path("staff/postings/review/<str:public_id>/take-down/", review.take_down, name="take_down_posting"),
    path("staff/postings/reports/", review.reports, name="reports"),
    path("staff/postings/reports/<str:public_id>/", review.report, name="report"),
]
