"""Pages on which officers ask for corrections and merges, and on which a second officer decides."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from employment_portal.accounts.permissions import OFFICERS, require, route
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import ResidentId
from employment_portal.people.enums import IdentityDocument
from employment_portal.people.holdings import holdings
from employment_portal.people.models import Merge, Person
from employment_portal.people.permissions import may_decide_for, may_serve
from employment_portal.people.records import corrections, merging, unmerging
from employment_portal.people.records.forms import clean_number
from employment_portal.people.records.four_eyes import region_of
from employment_portal.people.records.queries import search_people
from employment_portal.people.views import visible_person
from employment_portal.regions.terms import TermCode, working_days_in_words
from employment_portal.workflow.models import FourEyes

FOUND = 10
DECISIONS: dict[str, Callable[..., FourEyes]] = {
    corrections.KIND: corrections.decide_correction,
    merging.KIND: merging.decide_merge,
    unmerging.KIND: unmerging.decide_undo,
}


class CorrectionForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=60)
    document = forms.ChoiceField(label=gettext_lazy("Document"), choices=IdentityDocument.choices)
    number = forms.CharField(
        label=gettext_lazy("Number of the document"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Leave empty if only the name is wrong."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason and evidence seen"), max_length=300, widget=forms.Textarea({"rows": 2})
    )

    def clean_number(self) -> ResidentId | None:
        typed = self.cleaned_data["number"]
        return clean_number(typed) if typed else None


class MergeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why they are one person"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class UnmergeForm(forms.Form):
    added_to_duplicate = forms.TypedChoiceField(
        label=gettext_lazy("What was added since the merge belongs to"),
        choices=[
            ("0", gettext_lazy("the record that survived")),
            ("1", gettext_lazy("the record that comes back")),
        ],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Where the sign-in goes back with the restored record, what its owner did since usually belongs there."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why they are two people"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision on the case"),
        choices=[("approve", gettext_lazy("Approve and apply at once")), ("refuse", gettext_lazy("Refuse"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=300, widget=forms.Textarea({"rows": 2})
    )


def _tell_sent(request: HttpRequest, person: Person) -> None:
    days = working_days_in_words(TermCode.CORRECTION, region=region_of(person), on=timezone.localdate())
    messages.success(request, _("Sent to a second officer, who decides within %(days)s.") % {"days": days})


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_correct(request: HttpRequest, public_id: str) -> HttpResponse:
    person = visible_person(request, public_id)
    require(may_serve(request.user, person))
    form = CorrectionForm(request.POST or None, initial={"name": person.name, "document": person.document})
    if request.method == "POST" and form.is_valid():
        try:
            corrections.request_correction(
                person_id=person.pk, by=request.user, today=timezone.localdate(), **form.cleaned_data
            )
        except corrections.NumberOfAnother as error:
            form.add_error("number", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            _tell_sent(request, person)
            return redirect("people:staff_person", public_id)
    context = {
        "person": person,
        "form": form,
        "title": _("Correct name or number"),
        "submit": _("Send to a second officer"),
    }
    return render(request, "people/staff/form.html", context, status=422 if form.errors else 200)


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_merge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose the record that survives, see what moves, ask a second officer."""
    duplicate = visible_person(request, public_id)
    require(may_serve(request.user, duplicate))
    text = request.GET.get("text", "").strip()
    chosen = request.POST.get("survivor") or request.GET.get("survivor")
    context: dict[str, Any] = {"person": duplicate, "text": text, "survivor": None}
    status = 200
    if chosen:
        survivor = visible_person(request, chosen)
        form = MergeForm(request.POST or None)
        try:
            merging.check_mergeable(duplicate, survivor)
            if request.method == "POST" and form.is_valid():
                merging.request_merge(
                    duplicate_id=duplicate.pk,
                    survivor_id=survivor.pk,
                    by=request.user,
                    today=timezone.localdate(),
                    **form.cleaned_data,
                )
                _tell_sent(request, duplicate)
                return redirect("people:staff_person", public_id)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("people:staff_person", public_id)
        status = 422 if form.errors else 200
        context |= {"survivor": survivor, "form": form, **_preview(duplicate, survivor)}
    elif text:
        context["found"] = search_people(request.user, text).exclude(pk=duplicate.pk)[:FOUND]
    return render(request, "people/staff/merge.html", context, status=status)


def _preview(duplicate: Person, survivor: Person) -> dict[str, Any]:
    """What would move, and which status entries of the duplicate would no longer count."""
    rows = [
        (holding.label, holding.rows(duplicate).count(), holding.rows(survivor).count())
        for holding in holdings()
    ]
    return {"moves": rows, "overlaps": merging.overlapping(duplicate, survivor)}


@route(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_unmerge(request: HttpRequest, public_id: str) -> HttpResponse:
    """See what a merge moved and what was added since, and ask a second officer to undo it."""
    people = Person.objects.visible_to_staff(request.user)
    merges = Merge.objects.filter(duplicate__in=people, survivor__in=people)
    merge = get_object_or_404(merges.select_related("duplicate", "survivor"), public_id=public_id)
    require(may_serve(request.user, merge.duplicate) and may_serve(request.user, merge.survivor))
    form = UnmergeForm(
        request.POST or None, initial={"added_to_duplicate": str(int(unmerging.goes_by_sign_in(merge)))}
    )
    today = timezone.localdate()
    hindrance = None
    try:
        unmerging.check_undoable(merge, on=today)
        if request.method == "POST" and form.is_valid():
            unmerging.request_undo(merge_id=merge.pk, by=request.user, today=today, **form.cleaned_data)
            _tell_sent(request, merge.duplicate)
            return redirect("people:staff_person", merge.duplicate.public_id)
    except DomainError as error:
        hindrance = error
    context = {"merge": merge, "form": form, "hindrance": hindrance, "rows": unmerging.overview(merge)}
    return render(
        request,
        "people/staff/unmerge.html",
        context,
        status=422 if form.errors or hindrance and form.is_bound else 200,
    )


def _visible_request(request: HttpRequest, public_id: str) -> tuple[FourEyes, Person]:
    asked = get_object_or_404(FourEyes, public_id=public_id, kind__in=list(DECISIONS))
    person = get_object_or_404(Person.objects.visible_to_staff(request.user), pk=asked.subject_id)
    return asked, person


@route(OFFICERS)
@require_safe
def staff_request(request: HttpRequest, public_id: str) -> HttpResponse:
    asked, person = _visible_request(request, public_id)
    return _request_page(request, asked, person, DecideForm())


def _request_page(request: HttpRequest, asked: FourEyes, person: Person, form: DecideForm) -> HttpResponse:
    context: dict[str, Any] = {
        "asked": asked,
        "person": person,
        "form": form,
        "may_decide": asked.state == FourEyes.State.WAITING
        and asked.requested_by_id != request.user.pk
        and may_decide_for(request.user, person),
    }
    if asked.kind == corrections.KIND:
        try:
            context["proposed"] = corrections.proposed(asked)
            if context["proposed"]["number"]:  # the second officer compares it with the evidence
                record(
                    action="people.reveal_number",
                    by=request.user,
                    subject=person,
                    reason=asked.reason,
                    request=request,
                )
        except DomainError as error:
            messages.error(request, str(error))
    elif asked.kind == unmerging.KIND:
        merge = get_object_or_404(Merge.objects.select_related("survivor"), public_id=asked.payload["merge"])
        context |= {"merge": merge, "survivor": merge.survivor}
        if asked.state == FourEyes.State.WAITING:
            context |= {"rows": unmerging.overview(merge), "added_to": _added_to(asked, merge)}
    else:
        survivor = Person.objects.filter(public_id=asked.payload["survivor"]).first()
        if survivor is None:
            raise Http404
        context |= {"survivor": survivor}
        if asked.state == FourEyes.State.WAITING:
            context |= _preview(person, survivor)
    return render(request, "people/staff/request.html", context, status=422 if form.errors else 200)


def _added_to(asked: FourEyes, merge: Merge) -> Person:
    return merge.duplicate if asked.payload["added_to_duplicate"] else merge.survivor


@route(OFFICERS)
@require_http_methods(["POST"])
def staff_request_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    asked, person = _visible_request(request, public_id)
    require(may_decide_for(request.user, person))
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _request_page(request, asked, person, form)
    try:
        DECISIONS[asked.kind](
            request_id=asked.pk,
            approve=form.cleaned_data["decision"] == "approve",
            note=form.cleaned_data["note"],
            by=request.user,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("people:staff_request", public_id)
    messages.success(request, _("The decision was recorded and applied."))
    return redirect("people:staff_person", person.public_id)
