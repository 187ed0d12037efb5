from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from employment_portal.core.identifiers import tidy
from employment_portal.people.models import Person, StatusSpell
from employment_portal.people.records.actions import number_hash
from employment_portal.workflow.models import FourEyes


def current_spell(person: Person, *, on: date) -> StatusSpell | None:
    """The spell that holds on a day: the person's status."""
    return person.spells.on(on).filter(voided_at__isnull=True).select_related("region", "employer").first()


def spells_of(person: Person, *, with_voided: bool = False) -> QuerySet[StatusSpell]:
    """The status history, newest first."""
    rows = person.spells.select_related("region", "employer", "occupation", "recorded_by")
    if not with_voided:
        rows = rows.filter(voided_at__isnull=True)
    return rows.order_by("-period", "-pk")


def search_people(user: Any, text: str) -> QuerySet[Person]:
    """Records in the user's subtree by name, pinyin, phone number, whole identity number or its last four."""
    rows = (
        Person.objects.visible_to_staff(user)
        .current()
        .filter(anonymised_at__isnull=True)
        .select_related("residence_region", "household_region")
    )
    typed = tidy(text)
    if not typed:
        return rows.none()
    found = Q(name__startswith=text.strip()) | Q(name_key__startswith=text.strip().lower().replace(" ", ""))
    if len(typed) == 18:
        found = Q(id_number_hash=number_hash(typed))
    elif typed.isdigit() and len(typed) == 11:
        found = Q(phone=typed)
    elif len(typed) == 4 and typed[:3].isdigit():
        found = Q(id_number_tail=typed)
    return rows.filter(found).order_by("name_key", "pk")


def staff_of(employer: Any, *, on: date, ended: bool = False) -> QuerySet[StatusSpell]:
    """Who works for an employer by the employment history; with ``ended`` who no longer does."""
    rows = StatusSpell.objects.filter(employer=employer, voided_at__isnull=True).select_related(
        "person", "occupation"
    )
    over = Q(period__endswith__lte=on)
    rows = rows.filter(over if ended else Q(period__upper_inf=True) | Q(period__endswith__gt=on))
    return rows.order_by("person__name_key", "pk")


def waiting_requests(person: Person) -> QuerySet[FourEyes]:
    """Corrections and merges of a record that wait for a second officer."""
    return (
        FourEyes.objects.filter(
            subject_type="people.person", subject_id=person.pk, state=FourEyes.State.WAITING
        )
        .select_related("requested_by")
        .order_by("requested_at")
    )


ACTS = {
    "people.register": _("Record made"),
    "people.check_identity": _("Name and number checked"),
    "people.confirm_by_document": _("Identity confirmed by document"),
    "people.edit": _("Contact or places changed"),
    "people.edit_resume": _("Résumé changed"),
    "people.view": _("Record opened"),
    "people.view_group": _("Group membership opened"),
    "people.reveal_number": _("Identity number shown"),
    "people.open_evidence": _("Evidence opened"),
    "people.connect_sign_in": _("Sign-in connected"),
    "people.open_spell": _("Status entered"),
    "people.close_spell": _("Status ended"),
    "people.void_spell": _("Status taken out as an error"),
    "people.register_hire": _("Hire registered by the employer"),
    "people.register_separation": _("Separation registered by the employer"),
    "people.apply_for_group": _("Group membership applied for"),
    "people.withdraw_group": _("Application for a group taken back"),
    "people.give_consent": _("Consent given"),
    "people.withdraw_consent": _("Consent withdrawn"),
    "people.request_data": _("Request about one's data"),
    "people.answer_data_request": _("Request about one's data answered"),
    "people.export": _("Data exported"),
    "people.download_export": _("Exported data downloaded"),
    "people.correct.request": _("Correction asked for"),
    "people.correct": _("Name or number corrected"),
    "people.merge.request": _("Merge asked for"),
    "people.merge": _("Records merged"),
    "people.unmerge.request": _("Undo of a merge asked for"),
    "people.unmerge": _("Merge undone"),
    "people.restrict": _("Data restricted"),
    "people.anonymise": _("Data deleted"),
    "people.lift_restriction": _("Restriction lifted"),
    "people.send_sitting_code": _("Code for the counter sent"),
    "people.correct.approved": _("Correction approved"),
    "people.correct.refused": _("Correction refused"),
    "people.merge.approved": _("Merge approved"),
    "people.merge.refused": _("Merge refused"),
    "people.unmerge.approved": _("Undo of a merge approved"),
    "people.unmerge.refused": _("Undo of a merge refused"),
    "people.start_sitting": _("Service at the counter begun"),
    "people.end_sitting": _("Service at the counter ended"),
    "application.reveal_phone": _("Phone number shown to an employer"),
    "application.download": _("File downloaded by an employer"),
    "people.open_resume": _("Résumé opened by an employer"),
    "invitation.reveal_contact": _("Name and phone number shown to an employer"),
}


def act_label(action: str) -> Any:
    """An audited act in words."""
    return ACTS.get(action, action)
