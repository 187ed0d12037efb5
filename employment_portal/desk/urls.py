from django.urls import path

from employment_portal.desk.administration import term_views
from employment_portal.desk.administration import views as administration
from employment_portal.desk.delegating import views as delegating
from employment_portal.desk.queue import views as queue
from employment_portal.desk.switching import views as switching

app_name = "desk"
urlpatterns = [
    path("staff/", queue.queue, name="queue"),
    path("staff/queue/act/", queue.act, name="act"),
    path("staff/queue/export/", queue.export, name="export"),
    path("staff/tasks/", administration.failed_tasks, name="failed_tasks"),
    path("staff/tasks/<int:result_id>/", administration.failed_task, name="failed_task"),
    path("staff/tasks/<int:result_id>/retry/", administration.retry_task, name="retry_task"),
    path("staff/terms/", term_views.term_list, name="terms"),
    path("staff/audit/", administration.audit_trail, name="audit_trail"),
    path("staff/audit/export/", administration.export_audit_trail, name="export_audit_trail"),
    path("staff/standing-in/", delegating.delegations, name="delegations"),
    path("staff/standing-in/<str:public_id>/revoke/", delegating.revoke, name="revoke_delegation"),
    path("me/acting/", switching.choose, name="choose"),
    path("accounts/act-as/", switching.act_as, name="act_as"),
]
