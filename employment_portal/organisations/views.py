"""Pages for people who act for an organisation, or register one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.permissions import MEMBER, PUBLIC, SIGNED_IN, require, route
from employment_portal.core.errors import DomainError
from employment_portal.core.uploads import serve_paper
from employment_portal.organisations import actions, members, queries
from employment_portal.organisations.enums import MemberRole, VerificationStatus
from employment_portal.organisations.forms import (
    BranchForm,
    IdentityForm,
    InviteForm,
    PapersForm,
    ProfileForm,
    RegistrationForm,
)
from employment_portal.organisations.middleware import SESSION_KEY
from employment_portal.organisations.models import Member, Organisation, Verification
from employment_portal.organisations.permissions import is_owner
from employment_portal.regions.models import Region
from employment_portal.regions.serving import city
from employment_portal.regions.terms import TermCode, working_days_in_words


def _deadline(place: Region | None) -> str:
    """How long the check of a licence takes at most."""
    return working_days_in_words(TermCode.VERIFICATION, region=place or city(), on=timezone.localdate())


@route(SIGNED_IN)
def register(request: HttpRequest) -> HttpResponse:
    form = RegistrationForm(request.POST or None, request.FILES or None)
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            organisation = actions.register_organisation(by=request.user, **form.cleaned_data)
        except actions.AlreadyRegistered as error:
            known = Organisation.objects.get(code=form.cleaned_data["code"])
            form.add_error("code", str(error))
        except DomainError as error:
            form.add_error("licence", str(error))
        else:
            request.session[SESSION_KEY] = organisation.public_id
            messages.success(
                request, _("Registered. The licence is being verified; you can prepare postings meanwhile.")
            )
            return redirect("organisations:profile")
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "known": known,
        "deadline": _deadline(None),
        "materials": [
            _("Business licence"),
            _("Letter of authorisation, if you are not the legal representative"),
        ],
    }
    return render(request, "organisations/register.html", context, status=status)


@require_POST
@route(SIGNED_IN)
def ask_to_join(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.active(), public_id=public_id, code__isnull=False)
    members.ask_to_join(organisation_id=organisation.pk, by=request.user)
    messages.success(
        request,
        _("The owners of %(name)s were told. They can send you an invitation.") % {"name": organisation.name},
    )
    return redirect("home")


@require_GET
@route(MEMBER())
def profile(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    return render(
        request,
        "organisations/profile.html",
        {
            "organisation": organisation,
            "verification": queries.latest_verification(organisation),
            "is_owner": is_owner(request.membership),
            "branches": queries.branches_of(organisation),
            "today": timezone.localdate(),
            "deadline": _deadline(organisation.region),
        },
    )


@route(MEMBER())
def edit(request: HttpRequest) -> HttpResponse:
    require(is_owner(request.membership))
    form = ProfileForm(request.POST or None, instance=Organisation.objects.get(pk=request.organisation.pk))
    if request.method == "POST" and form.is_valid():
        actions.edit_profile(organisation_id=request.organisation.pk, by=request.user, **form.cleaned_data)
        messages.success(request, _("The profile was saved."))
        return redirect("organisations:profile")
    return render(request, "organisations/edit.html", {"form": form}, status=422 if form.errors else 200)


@route(MEMBER())
def verify(request: HttpRequest) -> HttpResponse:
    """Hand the licence in again: after a return, after changes of name, or when the six months are nearly over."""
    require(is_owner(request.membership))
    organisation = Organisation.objects.get(pk=request.organisation.pk)
    identity = IdentityForm(request.POST or None, instance=organisation)
    papers = PapersForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and identity.is_valid() and papers.is_valid():
        try:
            actions.renew_verification(
                organisation_id=organisation.pk,
                by=request.user,
                today=timezone.localdate(),
                **identity.cleaned_data,
                **papers.cleaned_data,
            )
        except DomainError as error:
            papers.add_error(None, str(error))
        else:
            messages.success(
                request, _("The licence was handed in. You will be told as soon as it is verified.")
            )
            return redirect("organisations:profile")
    status = 422 if identity.errors or papers.errors else 200
    context = {
        "identity": identity,
        "papers": papers,
        "organisation": request.organisation,
        "deadline": _deadline(request.organisation.region),
        "materials": [
            _("Business licence"),
            _("Letter of authorisation, if you are not the legal representative"),
        ],
    }
    return render(request, "organisations/verify.html", context, status=status)


@require_GET
@route(MEMBER())
def own_paper(request: HttpRequest, public_id: str, which: str) -> FileResponse:
    verification = get_object_or_404(Verification, organisation=request.organisation, public_id=public_id)
    return paper_of(verification, which)


def paper_of(verification: Verification, which: str) -> FileResponse:
    """The licence or the letter of authorisation; 404 when there is none."""
    stored = verification.licence if which == "licence" else verification.authorisation
    if not stored:
        raise Http404
    name = verification.licence_name if which == "licence" else verification.authorisation_name
    return serve_paper(stored, name=name)


@route(MEMBER())
def branch_new(request: HttpRequest) -> HttpResponse:
    require(is_owner(request.membership) and request.organisation.parent_id is None)
    form = BranchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_branch(parent_id=request.organisation.pk, by=request.user, **form.cleaned_data)
        except actions.AlreadyRegistered as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("The branch was opened. Switch to it to post its vacancies."))
            return redirect("organisations:profile")
    return render(request, "organisations/branch.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@route(MEMBER())
def branch_close(request: HttpRequest, public_id: str) -> HttpResponse:
    require(is_owner(request.membership))
    branch = get_object_or_404(request.organisation.branches.active(), public_id=public_id)
    actions.close_branch(branch_id=branch.pk, by=request.user)
    messages.success(request, _("The branch was closed."))
    return redirect("organisations:profile")


@route(MEMBER())
def member_list(request: HttpRequest) -> HttpResponse:
    owner = is_owner(request.membership)
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        require(owner)
        if form.is_valid():
            try:
                members.invite_member(
                    organisation_id=request.organisation.pk, by=request.user, **form.cleaned_data
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The invitation was sent."))
                return redirect("organisations:members")
    context = {
        "form": form,
        "is_owner": owner,
        "members": queries.members_of(request.organisation),
        "invitations": queries.open_invitations(request.organisation, now=timezone.now()),
        "roles": MemberRole,
    }
    return render(request, "organisations/members.html", context, status=422 if form.errors else 200)


def _change_member(
    request: HttpRequest, public_id: str, change: Callable[[Member], Any], allowed: Callable[[Member], bool]
) -> HttpResponse:
    member = get_object_or_404(queries.members_of(request.organisation), public_id=public_id)
    require(allowed(member))
    try:
        change(member)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    left = member.user_id == request.user.pk and not queries.members_of(request.organisation).filter(
        pk=member.pk
    )
    return redirect("home" if left else "organisations:members")


@require_POST
@route(MEMBER())
def member_role(request: HttpRequest, public_id: str) -> HttpResponse:
    role = MemberRole.OWNER if request.POST.get("role") == MemberRole.OWNER else MemberRole.MEMBER
    return _change_member(
        request,
        public_id,
        lambda member: members.change_role(member_id=member.pk, role=role, by=request.user),
        lambda member: is_owner(request.membership),
    )


@require_POST
@route(MEMBER())
def member_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """An owner removes somebody, or a member leaves by themselves."""
    return _change_member(
        request,
        public_id,
        lambda member: members.end_membership(member_id=member.pk, by=request.user),
        lambda member: is_owner(request.membership) or member.user_id == request.user.pk,
    )


@require_POST
@route(MEMBER())
def invitation_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    require(is_owner(request.membership))
    get_object_or_404(queries.open_invitations(request.organisation, now=timezone.now()), public_id=public_id)
    members.revoke_invitation(organisation_id=request.organisation.pk, public_id=public_id, by=request.user)
    messages.success(request, _("The invitation was withdrawn."))
    return redirect("organisations:members")


@route(SIGNED_IN)
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = members.open_invitation(token)
    if request.method == "POST":
        try:
            member = members.accept_invitation(token=token, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            request.session[SESSION_KEY] = member.organisation.public_id
            messages.success(request, _("You now act for %(name)s.") % {"name": member.organisation.name})
            return redirect("organisations:profile")
    return render(
        request,
        "organisations/invitation.html",
        {"invitation": invitation},
        status=200 if invitation else 410,
    )


@require_GET
@route(PUBLIC)
def public_page(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = queries.public_employer(public_id)
    if organisation is None or organisation.status == VerificationStatus.SUSPENDED:
        raise Http404
    jobs_url = f"{reverse('jobs:search')}?employer={organisation.public_id}"
    return render(request, "organisations/public.html", {"organisation": organisation, "jobs_url": jobs_url})
