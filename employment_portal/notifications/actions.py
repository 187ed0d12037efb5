import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template import Context, engines
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string

from employment_portal.notifications.gateways import OUTBOX_HEADER, DeliveryPostponed, DeliveryRefused
from employment_portal.notifications.models import (
    Channel,
    Notification,
    NotificationPreference,
    OutboxMessage,
)

MAX_ATTEMPTS = 8
INBOX_ONLY = (Channel.INBOX,)
INBOX_AND_MAIL = (Channel.INBOX, Channel.MAIL)
ALL_CHANNELS = (Channel.INBOX, Channel.MAIL, Channel.SMS)


def render_message(kind: str, context: dict[str, Any], language: str) -> tuple[str, str, str]:
    """Subject, text and short text of ``templates/notifications/<kind>.txt`` in a language.

    The template holds three partials: ``subject`` and ``body``, and ``sms`` where the kind goes out as text
    message. Nothing is escaped: it is plain text. ``site_url`` and ``hotline`` are there for every kind.
    """
    engine = engines["django"].engine  # type: ignore[attr-defined]
    site = {"site_url": settings.SITE_URL, "hotline": settings.HOTLINE}
    values = Context({**context, **site}, autoescape=False)

    def part(name: str) -> str:
        return engine.get_template(f"notifications/{kind}.txt#{name}").render(values).strip()

    with translation.override(language):
        return " ".join(part("subject").split())[:200], part("body"), part("sms")


@transaction.atomic
def notify(
    *,
    kind: str,
    to: Any = None,
    address: str = "",
    phone: str = "",
    channels: Iterable[str] = INBOX_AND_MAIL,
    context: dict[str, Any] | None = None,
    path: str = "",
    dedupe_key: str = "",
    language: str = "",
    attachments: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
    always: bool = False,
) -> None:
    """Decide, in the caller's transaction, to tell somebody something; delivery follows after commit.

    ``to`` is a user, or None with a mail ``address`` or ``phone`` for people without an account. ``path`` is where the reader
    goes next (a path of this portal). ``dedupe_key`` makes a repeated decision harmless: the same key is sent
    once per channel. ``always`` sends codes and legal notices to people who turned copies off.
    ``attachments`` are ``{"name", "mimetype", "text"}``.
    """
    now = timezone.now()
    key = dedupe_key or get_random_string(24)
    language = language or (to.language if to is not None else settings.LANGUAGE_CODE)
    link = f"{settings.SITE_URL}{path}" if path else ""
    subject, body, sms = render_message(kind, {**(context or {}), "recipient": to, "link": link}, language)
    preference = None
    if to is not None and not always:
        preference = NotificationPreference.objects.filter(user=to).first()
    wanted = _wanted(channels, preference)
    if Channel.INBOX in wanted and to is not None:
        if dedupe_key:
            Notification.objects.get_or_create(
                user=to,
                dedupe_key=key,
                defaults={"kind": kind, "subject": subject, "body": body, "path": path, "created_at": now},
            )
        else:
            Notification.objects.create(
                user=to, kind=kind, subject=subject, body=body, path=path, created_at=now, dedupe_key=key
            )
    mail_address = address or (to.email if to is not None else "")
    if Channel.MAIL in wanted and mail_address:
        _queue(
            _outbox_key(Channel.MAIL, to, mail_address, key),
            {
                "channel": Channel.MAIL,
                "user": to,
                "address": mail_address,
                "kind": kind,
                "subject": subject,
                "body": _with_link(body, link),
                "attachments": attachments or [],
                "headers": headers or {},
            },
        )
    number = phone or (to.phone if to is not None else "")
    if Channel.SMS in wanted and number and sms:
        _queue(
            _outbox_key(Channel.SMS, to, number, key),
            {"channel": Channel.SMS, "user": to, "address": number, "kind": kind, "body": _signed(sms)},
        )


@dataclass(frozen=True)
class Message:
    """One message of ``notify_many``: to a user, or to a ``phone`` without one."""

    to: Any
    dedupe_key: str
    context: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    phone: str = ""
    channels: Iterable[str] = INBOX_AND_MAIL


@transaction.atomic
def notify_many(*, kind: str, messages: Sequence[Message]) -> None:
    """``notify`` for many in a few statements; what a key was used for before is left as it is."""
    now = timezone.now()
    users = [message.to for message in messages if message.to is not None]
    preferences = {row.user_id: row for row in NotificationPreference.objects.filter(user__in=users)}
    inbox: list[Notification] = []
    outbox: list[OutboxMessage] = []
    for message in messages:
        to, key = message.to, message.dedupe_key
        link = f"{settings.SITE_URL}{message.path}" if message.path else ""
        subject, body, sms = render_message(
            kind,
            {**message.context, "recipient": to, "link": link},
            to.language if to is not None else settings.LANGUAGE_CODE,
        )
        wanted = _wanted(message.channels, preferences.get(to.pk) if to is not None else None)
        if Channel.INBOX in wanted and to is not None:
            inbox.append(
                Notification(
                    user=to,
                    dedupe_key=key,
                    kind=kind,
                    subject=subject,
                    body=body,
                    path=message.path,
                    created_at=now,
                )
            )
        copies: list[tuple[str, str, dict[str, str]]] = []
        if Channel.MAIL in wanted and to is not None and to.email:
            copies.append((Channel.MAIL, to.email, {"subject": subject, "body": _with_link(body, link)}))
        number = message.phone or (to.phone if to is not None else "")
        if Channel.SMS in wanted and number and sms:
            copies.append((Channel.SMS, number, {"body": _signed(sms)}))
        outbox.extend(
            OutboxMessage(
                dedupe_key=_outbox_key(channel, to, address, key),
                channel=channel,
                user=to,
                address=address,
                kind=kind,
                next_try_at=now,
                created_at=now,
                **words,
            )
            for channel, address, words in copies
        )
    Notification.objects.bulk_create(inbox, ignore_conflicts=True, batch_size=2000)
    OutboxMessage.objects.bulk_create(outbox, ignore_conflicts=True, batch_size=2000)
    if outbox:
        from employment_portal.notifications.tasks import sweep_outbox  # the task calls back into this module

        transaction.on_commit(lambda: _hint(sweep_outbox))


def _wanted(channels: Iterable[str], preference: NotificationPreference | None) -> set[str]:
    wanted = set(channels)
    if preference is not None:
        wanted -= {Channel.MAIL} if not preference.mail else set()
        wanted -= {Channel.SMS} if not preference.sms else set()
    return wanted


def _with_link(body: str, link: str) -> str:
    return f"{body}\n\n{link}" if link and link not in body else body


def _signed(sms: str) -> str:
    return f"【{settings.SMS_SIGNATURE}】{sms}"


def _outbox_key(channel: str, user: Any, address: str, key: str) -> str:
    return f"{channel}:{user.pk if user is not None else address}:{key}"[:120]


def _queue(dedupe_key: str, values: dict[str, Any]) -> None:
    now = timezone.now()
    message, created = OutboxMessage.objects.get_or_create(
        dedupe_key=dedupe_key, defaults={**values, "next_try_at": now, "created_at": now}
    )
    if created:
        from employment_portal.notifications.tasks import deliver  # the task calls back into this module

        transaction.on_commit(lambda: _hint(deliver, message_id=message.pk))


def _hint(task: Any, **arguments: Any) -> None:
    """Tell the queue; when it is down the sweeper finds the message within a minute."""
    with contextlib.suppress(task.OperationalError):
        task.apply_async(kwargs=arguments, retry=False)


def deliver_message(*, message_id: int) -> OutboxMessage:
    """Try to hand one waiting message over: at least once, never twice in a row while the row is held.

    A refusal is final; silence is tried again with growing pauses, ``MAX_ATTEMPTS`` times.
    """
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=OutboxMessage.State.WAITING)
            .first()
        )
        if message is None:
            return OutboxMessage.objects.get(pk=message_id)
        message.attempts += 1
        try:
            _hand_over(message)
        except DeliveryRefused as refusal:
            message.state = OutboxMessage.State.FAILED
            message.error = str(refusal)[:300]
        except (DeliveryPostponed, OSError) as silence:
            message.error = str(silence)[:300]
            if message.attempts >= MAX_ATTEMPTS:
                message.state = OutboxMessage.State.FAILED
            message.next_try_at = timezone.now() + timedelta(minutes=2**message.attempts)
        else:
            message.state = OutboxMessage.State.SENT
            message.sent_at = timezone.now()
            message.error = ""
        message.save()
    return message


def _hand_over(message: OutboxMessage) -> None:
    if message.channel == Channel.SMS:
        gateway = import_string(settings.SMS_GATEWAY)()
        gateway.send(phone=message.address, text=message.body, message_id=message.public_id)
        return
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        headers={**message.headers, OUTBOX_HEADER: message.public_id},
    )
    for attachment in message.attachments:
        mail.attach(attachment["name"], attachment["text"], attachment["mimetype"])
    mail.send()


def mark_read(*, user: Any, public_id: str) -> Notification:
    """Mark one of the user's own messages as read. Raises Notification.DoesNotExist."""
    notification = Notification.objects.get(user=user, public_id=public_id)
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])
    return notification


def mark_all_read(*, user: Any) -> int:
    return Notification.objects.filter(user=user, read_at__isnull=True).update(read_at=timezone.now())


def delete_notification(*, user: Any, public_id: str) -> None:
    Notification.objects.filter(user=user, public_id=public_id).delete()


def set_preference(*, user: Any, mail: bool, sms: bool) -> None:
    NotificationPreference.objects.update_or_create(user=user, defaults={"mail": mail, "sms": sms})
