from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from employment_portal.accounts.enums import ADMIN_ROLES, StaffRole
from employment_portal.accounts.permissions import STAFF_ANY, route
from employment_portal.core.errors import DomainError
from employment_portal.desk.delegating.actions import colleagues_of, hand_over_post
from employment_portal.desk.delegating.forms import DelegationForm
from employment_portal.workflow.delegation import delegations_to, given_by, revoke_delegation
from employment_portal.workflow.models import Delegation


@route(STAFF_ANY)
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom; POST hands one's own post to a colleague for a while."""
    today = timezone.localdate()
    posts = [post for post in request.user.current_posts() if post.role not in ADMIN_ROLES]
    colleagues = {user.pk: user for post in posts for user in colleagues_of(post, today=today)}
    form = DelegationForm(
        request.POST if request.method == "POST" else None,
        posts=posts,
        colleagues=list(colleagues.values()),
        initial={"starts_on": today},
    )
    if request.method == "POST" and form.is_valid():
        post = form.cleaned_data.pop("post")
        try:
            hand_over_post(
                post_id=post.pk, by=request.user, now=timezone.now(), today=today, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Handed over. It ends by itself on the last day."))
            return redirect("desk:delegations")
    roles = dict(StaffRole.choices)
    context = {
        "form": form,
        "posts": posts,
        "given": [_row(row, roles, today) for row in given_by(request.user)[:50]],
        "held": [_row(row, roles, today) for row in delegations_to(request.user, today=today)],
    }
    return render(request, "desk/delegations.html", context, status=422 if form.errors else 200)


def _row(row: Delegation, roles: dict, today) -> dict:
    over = row.revoked_at is not None or row.last_day < today
    return {"delegation": row, "role": roles.get(row.role, row.role), "is_over": over}


@route(STAFF_ANY)
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one's post back before its day."""
    row = get_object_or_404(Delegation, public_id=public_id, from_user=request.user)
    revoke_delegation(delegation_id=row.pk, by=request.user, now=timezone.now())
    messages.success(request, _("You have your post back."))
    return redirect("desk:delegations")
