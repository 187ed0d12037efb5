"""What this package itself keeps about a person."""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from employment_portal.notifications.models import Notification
from employment_portal.people.holdings import Holding, move_all, plain, register, stay
from employment_portal.people.models import (
    AssistedSession,
    BlockedEmployer,
    Consent,
    DataRequest,
    Expectation,
    GroupMembership,
    Person,
    Resume,
    ResumeCertificate,
    ResumeEducation,
    ResumeSkill,
    ResumeWork,
    StatusSpell,
)
from employment_portal.people.records import merging
from employment_portal.workflow.models import WorkItem


def _resume(row: Resume) -> dict:
    return {
        "headline": row.headline,
        "summary": row.summary,
        "email": row.email,
        "education": [
            plain("school", "get_level_display", "major", "starts_on", "ends_on")(r)
            for r in row.education.all()
        ],
        "work": [
            plain("employer", "title", "starts_on", "ends_on", "description")(r) for r in row.work.all()
        ],
        "skills": [plain("name", "years")(r) for r in row.skills.order_by("id")],
        "certificates": [
            plain("name", "get_level_display", "number", "issued_on")(r)
            for r in row.certificates.order_by("id")
        ],
        "blocked_employers": [
            str(r.organisation) for r in row.blocked_employers.select_related("organisation").order_by("id")
        ],
    }


def _sittings(person: Person) -> QuerySet[AssistedSession]:
    return AssistedSession.objects.filter(person=person).order_by("pk")


def _erase_sittings(person: Person) -> None:
    """With the signed consents. That somebody sat for the person, and when, stands in the audit."""
    forms = [sitting.consent_form for sitting in _sittings(person) if sitting.consent_form]
    _sittings(person).delete()
    for form in forms:
        transaction.on_commit(partial(form.storage.delete, form.name))


def _inbox(person: Person) -> QuerySet[Notification]:
    return Notification.objects.filter(user=person.user_id).order_by("pk")


def _resume_rows(person: Person) -> list[QuerySet]:
    """The résumé, then what hangs on it."""
    parts = (ResumeEducation, ResumeWork, ResumeSkill, ResumeCertificate, BlockedEmployer, Expectation)
    wishes = (Expectation.occupations.through, Expectation.regions.through)
    return [
        Resume.objects.filter(person=person),
        *(model._default_manager.filter(resume__person=person) for model in parts),
        *(through._default_manager.filter(expectation__resume__person=person) for through in wishes),
    ]


def _with_work_items(rows: Callable[[Person], QuerySet]) -> Callable[[Person], list[QuerySet]]:
    """The rows with the items of the staff queue about them, which a merge may close."""

    def touched(person: Person) -> list[QuerySet]:
        found = rows(person)
        items = WorkItem.objects.filter(
            subject_type=found.model._meta.label_lower, subject_id__in=found.order_by().values("pk")
        )
        return [found, items]

    return touched


def _groups(person: Person) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(person=person).order_by("pk")


def _requests(person: Person) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(person=person).order_by("pk")


def register_all() -> None:
    register(
        Holding(
            "spells",
            _("Employment history"),
            _("Registration of employment and unemployment"),
            lambda person: StatusSpell.objects.filter(person=person).order_by("period"),
            merging.move_spells,
            plain(
                "get_status_display", "period__lower", "last_day", "employer_name", "region",
                "get_end_reason_display", "evidence", "recorded_at", "voided_at", "void_reason",
            ),
            retained=True,
            owner="person",
        )
    )  # fmt: skip
    register(
        Holding(
            "groups",
            _("Groups and hardship"),
            _("Support for those entitled to it"),
            _groups,
            merging.move_groups,
            plain(
                "get_group_display", "get_state_display", "basis", "evidence_name", "evidence_note", "valid__lower",
                "valid__upper", "applied_at", "decided_at", "decision_note", "exit_reason",
            ),
            retained=True,
            touched=_with_work_items(_groups),
            owner="person",
        )
    )  # fmt: skip
    register(
        Holding(
            "resume",
            _("Résumé"),
            _("Applying for jobs"),
            lambda person: Resume.objects.filter(person=person),
            merging.move_resume,
            _resume,
            touched=_resume_rows,
            editable=True,
        )
    )
    register(
        Holding(
            "consents",
            _("Consents"),
            _("Proof of what you allowed"),
            lambda person: Consent.objects.filter(person=person).order_by("pk"),
            merging.move_consents,
            plain("get_purpose_display", "text_version", "given_at", "given_through", "withdrawn_at"),
            owner="person",
        )
    )
    register(
        Holding(
            "requests",
            _("Requests about my data"),
            _("Answering your requests"),
            _requests,
            merging.move_requests,
            plain("get_kind_display", "get_state_display", "text", "created_at", "decided_at", "answer"),
            touched=_with_work_items(_requests),
            owner="person",
        )
    )
    register(
        Holding(
            "sittings",
            _("Services at the counter"),
            _("Proof of who acted for you"),
            _sittings,
            move_all(_sittings),
            plain("purpose", "agency", "get_consent_method_display", "started_at", "ended_at"),
            erase=_erase_sittings,
            owner="person",
        )
    )
    register(
        Holding(
            "inbox",
            _("Inbox"),
            _("Telling you what concerns you"),
            _inbox,
            stay,
            plain("subject", "body", "created_at", "read_at"),
            touched=lambda person: [],
        )
    )
