"""Pages of the security administrator: posts, invitations, locks; and the page where an invitation is accepted."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.landing import home_for
from employment_portal.accounts.models import Invitation, StaffPost
from employment_portal.accounts.permissions import BY_KEY, STAFF, route
from employment_portal.accounts.posts import actions, invitations, queries
from employment_portal.accounts.posts.forms import DecisionForm, InviteForm, LeaveForm, ReasonForm
from employment_portal.accounts.sign_in.actions import lift_lockout
from employment_portal.accounts.sign_in.reauthentication import confirm_identity
from employment_portal.core.errors import DomainError
from employment_portal.workflow.models import FourEyes

SECURITY = STAFF(StaffRole.SECURITY_ADMIN)
PAGE_SIZE = 30


@route(SECURITY)
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    chosen = {
        "text": request.GET.get("text", "").strip(),
        "role": request.GET.get("role", ""),
        "former": request.GET.get("show") == "former",
    }
    rows = queries.posts_in_charge_of(request.user, on=timezone.localdate(), **chosen)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen, "roles": StaffRole.choices}
    return render(request, "accounts/posts.html", context)


def _post(request: HttpRequest, public_id: str) -> StaffPost:
    rows = StaffPost.objects.filter(
        pk__in=queries.posts_in_charge_of(request.user, on=timezone.localdate()).values("pk")
    )
    return get_object_or_404(
        rows.select_related("user", "agency__region", "appointed_by"), public_id=public_id
    )


@route(SECURITY)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, public_id: str) -> HttpResponse:
    """One post: who holds it, its open work, and the form with which it ends or moves."""
    held = _post(request, public_id)
    today = timezone.localdate()
    form = LeaveForm(request.POST or None, post=held, by=request.user, today=today)
    if request.method == "POST":
        confirm_identity(request)
        if form.is_valid() and _leave(request, held, form, today):
            return redirect("accounts:posts")
    context = {
        "post": held,
        "form": form,
        "work": actions.open_work_of(held).order_by("due_on", "pk")[:20],
        "work_count": actions.open_work_of(held).count(),
    }
    return render(request, "accounts/post.html", context, status=422 if form.errors else 200)


def _leave(request: HttpRequest, held: StaffPost, form: LeaveForm, today: Any) -> bool:
    values = form.cleaned_data
    common = {
        "post_id": held.pk,
        "last_day": values["last_day"],
        "hand_over_to": values.get("hand_over_to"),
        "reason": values["reason"],
        "by": request.user,
        "today": today,
        "request": request,
    }
    try:
        if values.get("to_agency"):
            actions.move_post(to_agency=values["to_agency"], **common)
            messages.success(request, _("The post moves, and its open work was handed over."))
        else:
            actions.end_post(**common)
            messages.success(request, _("The post ends, and its open work was handed over."))
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    return True


@route(SECURITY)
@require_POST
def reset_second_factor(request: HttpRequest, public_id: str) -> HttpResponse:
    held = _post(request, public_id)
    confirm_identity(request)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how you made sure who asks."))
    else:
        try:
            actions.reset_second_factor(
                user=held.user, reason=form.cleaned_data["reason"], by=request.user, request=request
            )
            messages.success(request, _("The second factors were removed and every session ended."))
        except DomainError as error:
            messages.error(request, error.message)
    return redirect("accounts:post", held.public_id)


@route(SECURITY)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    confirm_identity(request)
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite_staff(
                **form.cleaned_data, by=request.user, now=timezone.now(), request=request
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            if invitation.four_eyes_id:
                messages.info(request, _("The link goes out once a second security administrator approves."))
            else:
                messages.success(request, _("The invitation was sent."))
            return redirect("accounts:invitations")
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@route(SECURITY)
@require_safe
def invitation_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.invitations_in_charge_of(request.user), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "now": timezone.now(), "WAITING": FourEyes.State.WAITING, "StaffRole": StaffRole}
    return render(request, "accounts/invitations.html", context)


def _invitation(request: HttpRequest, public_id: str) -> Invitation:
    return get_object_or_404(queries.invitations_in_charge_of(request.user), public_id=public_id)


@route(SECURITY)
@require_POST
def resend(request: HttpRequest, public_id: str) -> HttpResponse:
    invitation = _invitation(request, public_id)
    try:
        invitations.resend_invitation(
            invitation_id=invitation.pk, by=request.user, now=timezone.now(), request=request
        )
        messages.success(request, _("A new link was sent; the old one no longer works."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:invitations")


@route(SECURITY)
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    invitation = _invitation(request, public_id)
    try:
        invitations.revoke_invitation(
            invitation_id=invitation.pk, by=request.user, now=timezone.now(), request=request
        )
        messages.success(request, _("The invitation was withdrawn."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:invitations")


@route(SECURITY)
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """The second security administrator approves or refuses an administrator's appointment."""
    invitation = _invitation(request, public_id)
    confirm_identity(request)
    form = DecisionForm(request.POST)
    if not form.is_valid() or invitation.four_eyes_id is None:
        messages.error(request, _("Choose whether to approve."))
        return redirect("accounts:invitations")
    try:
        invitations.decide_administrator(
            invitation_id=invitation.pk,
            **form.cleaned_data,
            by=request.user,
            now=timezone.now(),
            request=request,
        )
        messages.success(request, _("Your decision was recorded."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:invitations")


@route(SECURITY)
@require_safe
def lockouts(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.running_lockouts(timezone.now()), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/lockouts.html", {"page": page})


@route(SECURITY)
@require_POST
def lift(request: HttpRequest, lockout_id: int) -> HttpResponse:
    lockout = get_object_or_404(queries.running_lockouts(timezone.now()), pk=lockout_id)
    confirm_identity(request)
    lift_lockout(lockout_id=lockout.pk, by=request.user, request=request)
    messages.success(request, _("The lock is lifted; this person may try again at once."))
    return redirect("accounts:lockouts")


@route(BY_KEY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link of an invitation opens. Taking up the post needs a sign-in with the invited number or address."""
    now = timezone.now()
    invitation = invitations.find_open(token, now)
    if invitation is None or invitations.waits_for_approval(invitation):
        return render(request, "accounts/invitation_closed.html", status=410)
    error = None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            invitations.accept_invitation(token=token, by=request.user, now=now, request=request)
        except DomainError as refusal:
            error = refusal.message
        else:
            messages.success(request, _("You have taken up the post."))
            return redirect(home_for(request.user))
    context = {
        "invitation": invitation,
        "role": StaffRole(invitation.role).label,
        "error": error,
        "is_meant": request.user.is_authenticated and invitations.is_meant(invitation, request.user),
    }
    return render(request, "accounts/invitation.html", context, status=422 if error else 200)
