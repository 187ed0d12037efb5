from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from employment_portal.accounts.inbox.forms import PreferenceForm
from employment_portal.accounts.permissions import PUBLIC, SIGNED_IN, route
from employment_portal.notifications import actions, queries
from employment_portal.notifications.models import Notification, NotificationPreference

PAGE_SIZE = 20


@require_GET
@route(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    unread_only = request.GET.get("show") == "unread"
    rows = queries.inbox_of(request.user, unread_only=unread_only)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page": page, "unread_only": unread_only})


@require_GET
@route(SIGNED_IN)
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    notification = get_object_or_404(Notification, user=request.user, public_id=public_id)
    return render(request, "notifications/message.html", {"notification": notification})


@require_POST
@route(SIGNED_IN)
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open a message: it becomes read, and the reader goes where it points."""
    get_object_or_404(Notification, user=request.user, public_id=public_id)
    notification = actions.mark_read(user=request.user, public_id=public_id)
    return redirect("notifications:message", notification.public_id)


@require_POST
@route(SIGNED_IN)
def read_all(request: HttpRequest) -> HttpResponse:
    actions.mark_all_read(user=request.user)
    return redirect("notifications:inbox")


@require_POST
@route(SIGNED_IN)
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    get_object_or_404(Notification, user=request.user, public_id=public_id)
    actions.delete_notification(user=request.user, public_id=public_id)
    messages.success(request, _("The message was deleted."))
    return redirect("notifications:inbox")


@route(SIGNED_IN)
def preferences(request: HttpRequest) -> HttpResponse:
    current = NotificationPreference.objects.filter(user=request.user).first()
    form = PreferenceForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        actions.set_preference(user=request.user, **form.cleaned_data)
        messages.success(request, _("Your choice was saved."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})


@require_GET
@route(PUBLIC)
def simulator_outbox(request: HttpRequest) -> HttpResponse:
    """What the simulated mail and text-message services took. Exists only where both are simulated."""
    if not settings.USE_SIMULATORS:
        raise Http404
    address = request.GET.get("address", "").strip()
    page = Paginator(queries.simulated_outbox(address=address), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/simulator_outbox.html", {"page": page, "address": address})
