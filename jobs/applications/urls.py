from django.urls import path

from jobs.applications.views import applicant, applying, following, many, recruiting

person = "applications/<str:public_id>/"
employer = "employer/applicants/<str:public_id>/"
urlpatterns = [
    path("jobs/<str:public_id>/apply/", applying.apply, name="apply"),
    path("applications/", following.my_applications, name="my_applications"),
    path(person, following.application, name="application"),
    path(f"{person}tasks/", applying.tasks, name="apply_tasks"),
    path(f"{person}resume/", applying.resume, name="apply_resume"),
    path(f"{person}resume/remove/", applying.remove_file, name="apply_remove_file"),
    path(f"{person}questions/", applying.questions, name="apply_questions"),
    path(f"{person}letter/", applying.letter, name="apply_letter"),
    path(f"{person}check/", applying.check, name="apply_check"),
    path(f"{person}sent/", applying.sent, name="apply_sent"),
    path(f"{person}withdraw/", following.withdraw, name="withdraw_application"),
    path(f"{person}file/", following.download, name="application_file"),
    path(
        f"{person}interviews/<str:interview_id>/answer/", following.answer_interview, name="answer_interview"
    ),
    path(
        f"{person}interviews/<str:interview_id>/interview.ics",
        following.interview_calendar,
        name="interview_calendar",
    ),
    path(f"{person}offer/", following.offer, name="offer"),
    path(f"{person}offer/decline/", following.decline_offer, name="decline_offer"),
    path("employer/applicants/", recruiting.applicants, name="applicants"),
    path("employer/applicants/bulk/", many.bulk, name="bulk_applicants"),
    path("employer/applicants/export/", recruiting.export, name="export_applicants"),
    path("employer/jobs/<str:public_id>/applicants/", recruiting.pipeline, name="pipeline"),
    path(employer, applicant.applicant, name="applicant"),
    path(f"{employer}seen/", applicant.seen, name="applicant_seen"),
    path(f"{employer}phone/", applicant.reveal_phone, name="applicant_phone"),
    path(f"{employer}notes/", applicant.note, name="applicant_note"),
    path(f"{employer}shortlist/", applicant.shortlist, name="applicant_shortlist"),
    path(f"{employer}reject/", applicant.reject, name="applicant_reject"),
    path(f"{employer}interview/", applicant.invite, name="applicant_invite"),
    path(f"{employer}interviews/<str:interview_id>/move/", applicant.reschedule, name="reschedule_interview"),
    path(
        f"{employer}interviews/<str:interview_id>/cancel/",
        applicant.cancel_interview,
        name="cancel_interview",
    ),
    path(
        f"{employer}interviews/<str:interview_id>/outcome/",
        applicant.interview_outcome,
        name="interview_outcome",
    ),
    path(f"{employer}offer/", applicant.make_offer, name="applicant_offer"),
    path(f"{employer}offer/withdraw/", applicant.withdraw_offer, name="withdraw_offer"),
    path(f"{employer}print/", applicant.printed, name="applicant_print"),
]
