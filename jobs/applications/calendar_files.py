"""Calendar files (RFC 5545) of interviews."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress

from jobs.applications.enums import InterviewState
from jobs.applications.models import Interview

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIMETYPE = "text/calendar"
STATUS = {
    InterviewState.PROPOSED: "TENTATIVE",
    InterviewState.OTHER_TIME: "TENTATIVE",
    InterviewState.ACCEPTED: "CONFIRMED",
    InterviewState.HELD: "CONFIRMED",
}


def calendar_file(interview: Interview, *, url: str, now: datetime) -> str:
    """The invitation as an ``.ics`` text; a cancelled or declined interview takes the entry out again.

    The same UID with a larger SEQUENCE replaces what an earlier file put into the calendar.
    """
    posting = interview.application.posting
    status = STATUS.get(InterviewState(interview.state), "CANCELLED")
    calendar = Calendar()
    calendar.add("prodid", "-//Public employment services//Interviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if status == "CANCELLED" else "REQUEST")
    calendar.add_component(_timezone())
    event = Event()
    starts_at = interview.starts_at.astimezone(SHANGHAI)
    event.add("uid", f"interview-{interview.public_id}@{url.split('/')[2]}")
    event.add("sequence", interview.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=interview.minutes))
    event.add(
        "summary",
        _("Interview: %(title)s, %(employer)s") % {"title": posting.title, "employer": posting.employer.name},
    )
    event.add("location", interview.place)
    lines = [interview.get_kind_display(), interview.contact, interview.message, url]
    event.add("description", "\n".join(str(line) for line in lines if line))
    event.add("url", url)
    event.add("status", status)
    organiser = vCalAddress("mailto:noreply@invalid")
    organiser.params["cn"] = posting.employer.name
    event.add("organizer", organiser)
    if status != "CANCELLED":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["summary"])
        alarm.add("trigger", timedelta(hours=-2))
        event.add_component(alarm)
    calendar.add_component(event)
    return calendar.to_ical().decode()


def _timezone() -> Timezone:
    return Timezone.from_tzinfo(SHANGHAI, first_date=datetime(2024, 1, 1).date())


def filename(interview: Interview) -> str:
    return f"interview-{interview.public_id}.ics"
