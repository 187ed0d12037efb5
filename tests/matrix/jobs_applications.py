from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.applications import ApplicationFactory, InterviewFactory, OfferFactory
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import MemberFactory


def sent(status="submitted"):
    """An application of the place's person to the place's organisation."""
    return lambda at: {"public_id": application(at, status=status).public_id}


def application(at, **values):
    return ApplicationFactory(posting=PostingFactory(employer=at.organisation), person=at.person, **values)


def draft(at):
    """Ready to be checked and sent."""
    made = application(at, draft=True, resume_kind="upload")
    made.upload.save("resume.pdf", SimpleUploadedFile("resume.pdf", b"%PDF-"))
    made.upload_name = "resume.pdf"
    made.save()
    return {"public_id": made.public_id}


def draft_with_a_question(at):
    made = application(at, draft=True)
    PostingQuestionFactory(posting=made.posting)
    return {"public_id": made.public_id}


def interviewed(at):
    interview = InterviewFactory(application=application(at, status="interview"))
    return {"public_id": interview.application.public_id, "interview_id": interview.public_id}


def offered(at):
    offer = OfferFactory(application=application(at, status="offered"))
    return {"public_id": offer.application.public_id}


def open_posting(at):
    return {"public_id": PostingFactory(employer=MemberFactory().organisation).public_id}


def pipeline(at):
    return {"public_id": PostingFactory(employer=at.organisation).public_id}


OBJECTS = {
    "jobs:apply": open_posting,
    "jobs:application": sent(),
    "jobs:apply_tasks": draft,
    "jobs:apply_resume": draft,
    "jobs:apply_remove_file": draft,
    "jobs:apply_questions": draft_with_a_question,
    "jobs:apply_letter": draft,
    "jobs:apply_check": draft,
    "jobs:apply_sent": sent(),
    "jobs:withdraw_application": sent(),
    "jobs:application_file": draft,
    "jobs:answer_interview": interviewed,
    "jobs:interview_calendar": interviewed,
    "jobs:offer": offered,
    "jobs:decline_offer": offered,
    "jobs:pipeline": pipeline,
    "jobs:applicant": sent(),
    "jobs:applicant_seen": sent(),
    "jobs:applicant_phone": sent(),
    "jobs:applicant_note": sent(),
    "jobs:applicant_shortlist": sent(),
    "jobs:applicant_reject": sent(),
    "jobs:applicant_invite": sent(),
    "jobs:reschedule_interview": interviewed,
    "jobs:cancel_interview": interviewed,
    "jobs:interview_outcome": interviewed,
    "jobs:applicant_offer": sent("shortlisted"),
    "jobs:withdraw_offer": offered,
    "jobs:applicant_print": sent(),
}
SHARED = ["jobs:apply"]
