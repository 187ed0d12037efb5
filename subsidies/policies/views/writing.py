"""What policy staff do with a version: begin one, discard it, hand it to the second person, publish, end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.permissions import require, route
from employment_portal.core.errors import DomainError
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from subsidies.policies import actions
from subsidies.policies.forms import EndForm, ReasonForm, StartForm
from subsidies.policies.models import PolicyVersion
from subsidies.policies.permissions import WRITERS, covers
from subsidies.policies.views.common import PUBLISHER, WRITER, say, visible
from subsidies.policies.views.reading import version_page
from subsidies.policies.workflow import VERSION


@route(WRITER)
@require_http_methods(["GET", "POST"])
def new_policy(request: HttpRequest) -> HttpResponse:
    """Choose the item and the region, then write the first draft."""
    regions = _writable_regions(request.user)
    form = StartForm(request.POST or None, regions=regions)
    if request.method == "POST" and form.is_valid():
        region = form.cleaned_data["region"]
        require(covers(request.user, region.path, *WRITERS))
        try:
            version = actions.start_policy(item=form.cleaned_data["item"], region=region, by=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is open. Write its parts, then submit it."))
            return redirect("subsidies:edit_policy", version.public_id)
    status = 422 if form.errors else 200
    return render(request, "subsidies/policies/new.html", {"form": form}, status=status)


def _writable_regions(user: Any) -> Any:
    regions = Region.objects.none()
    for post in user.current_posts():
        if post.role in WRITERS:
            regions = regions | Region.objects.filter(
                path__startswith=post.agency.region.path, level__lte=RegionLevel.DISTRICT
            )
    return regions.order_by("path")


def _act(
    request: HttpRequest, public_id: str, name: str, act: Callable[[PolicyVersion], Any], done: str
) -> HttpResponse:
    """Do one act; a refusal is a sentence on the version's page, with what is missing where it is that."""
    version = visible(request, public_id)
    require(VERSION.may(version, name, request.user))
    try:
        with transaction.atomic():
            act(version)
    except actions.PolicyIncomplete as error:
        say(request, error)
        version.refresh_from_db()
        return version_page(request, version, wrong=error.problems, status=422)
    except DomainError as error:
        say(request, error)
    except IntegrityError as error:
        if "policyversion_one_in_force" not in str(error):
            raise
        say(request, _("Another published version is in force in that time. Retire it first."))
    else:
        messages.success(request, done)
    return redirect("subsidies:policy_version", public_id)


@route(WRITER)
@require_POST
def draft_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new draft with the wording of this version."""
    version = visible(request, public_id)
    require(VERSION.may(version, "edit", request.user))
    try:
        draft = actions.draft_from(version_id=version.pk, by=request.user)
    except DomainError as error:
        say(request, error)
        return redirect("subsidies:policy_version", public_id)
    messages.success(
        request, _("The new draft has the wording of version %(number)s.") % {"number": version.number}
    )
    return redirect("subsidies:edit_policy", draft.public_id)


@route(WRITER)
@require_POST
def discard_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    version = visible(request, public_id)
    require(VERSION.may(version, "edit", request.user))
    try:
        actions.discard_draft(version_id=version.pk, by=request.user)
    except DomainError as error:
        say(request, error)
        return redirect("subsidies:policy_version", public_id)
    messages.success(request, _("The draft is gone."))
    return redirect("subsidies:staff_policies")


@route(WRITER)
@require_POST
def submit_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        "submit",
        lambda version: actions.submit_version(version_id=version.pk, by=request.user),
        _("Submitted. A second person reads and publishes it."),
    )


@route(WRITER)
@require_POST
def take_back_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        "take_back",
        lambda version: actions.take_back(version_id=version.pk, by=request.user),
        _("It is a draft again."),
    )


@route(PUBLISHER)
@require_POST
def send_back_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _refused(request, public_id, "send_back", form)
    return _act(
        request,
        public_id,
        "send_back",
        lambda version: actions.send_back(
            version_id=version.pk, note=form.cleaned_data["reason"], by=request.user
        ),
        _("Sent back to its authors."),
    )


@route(PUBLISHER)
@require_POST
def publish_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(
        request,
        public_id,
        "publish",
        lambda version: actions.publish_version(version_id=version.pk, by=request.user),
        _("Published. It counts from its first day on."),
    )


@route(PUBLISHER)
@require_POST
def end_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    form = EndForm(request.POST)
    if not form.is_valid():
        return _refused(request, public_id, "end", form)
    return _act(
        request,
        public_id,
        "end",
        lambda version: actions.end_version(version_id=version.pk, by=request.user, **form.cleaned_data),
        _("The last day is set."),
    )


@route(PUBLISHER)
@require_POST
def retire_policy(request: HttpRequest, public_id: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _refused(request, public_id, "retire", form)
    return _act(
        request,
        public_id,
        "retire",
        lambda version: actions.retire_version(
            version_id=version.pk, reason=form.cleaned_data["reason"], by=request.user
        ),
        _("Retired: it no longer counts. Claims made under it go on."),
    )


def _refused(request: HttpRequest, public_id: str, name: str, form: Any) -> HttpResponse:
    version = visible(request, public_id)
    require(VERSION.may(version, name, request.user))
    for errors in form.errors.values():
        say(request, errors[0])
    return version_page(request, version, status=422)
