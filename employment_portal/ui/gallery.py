"""What the gallery page shows: one form with every kind of field, and samples for the parts that take data."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.ui import widgets
from employment_portal.ui.fields import OccupationField, RegionField


class SampleForm(forms.Form):
    """Every kind of field. Refused when sent empty, so that each shows its error."""

    name = forms.CharField(label=_("Your name"), help_text=_("As on the identity card"), max_length=30)
    phone = forms.CharField(
        label=_("Mobile number"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    education = forms.ChoiceField(
        label=_("Education"),
        choices=[
            ("", _("Please choose")),
            ("1", _("Secondary school")),
            ("2", _("College")),
            ("3", _("Bachelor")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Kind of work"),
        choices=[("full", _("Full time")), ("part", _("Part time")), ("intern", _("Internship"))],
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(
        label=_("Days of the week"),
        choices=[("mon", _("Monday")), ("tue", _("Tuesday")), ("wed", _("Wednesday"))],
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = forms.DateField(label=_("First day"), widget=widgets.DateInput)
    occupation = OccupationField(
        label=_("Expected occupation"), help_text=_("A name, what people call it, or pinyin")
    )
    region = RegionField(label=_("Place of work"), depth=4)
    licence = forms.FileField(
        label=_("Business licence"),
        help_text=_("PDF or photo, up to 10 MB"),
        widget=widgets.FileInput(accept=".pdf,image/*"),
    )
    about = forms.CharField(label=_("About you"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label=_("I have read the privacy notice"))
    held = forms.CharField(
        label=_("Organisation code"), disabled=True, required=False, initial="91510100MA6CXXXX0A"
    )


def samples(request: Any) -> dict[str, Any]:
    return {
        "form": SampleForm(prefix="plain", initial={"name": "李静", "kind": "full"}),
        "refused": SampleForm({}, prefix="refused"),
        "page": Paginator(range(400), 20).get_page(7),
        "steps": [
            {"key": "job", "label": _("The job"), "url": "#stepper"},
            {"key": "pay", "label": _("Pay and insurance"), "url": "#stepper"},
            {"key": "contact", "label": _("Contact")},
            {"key": "check", "label": _("Check and submit")},
        ],
        "tasks": [
            {"label": _("Your details"), "url": "#tasks", "status": _("Completed"), "level": "ok"},
            {
                "label": _("Work experience"),
                "url": "#tasks",
                "status": _("To be checked"),
                "level": "warn",
                "hint": _("Taken from your last application"),
            },
            {
                "label": _("Questions of the employer"),
                "url": "#tasks",
                "status": _("Not started"),
                "level": "neutral",
            },
        ],
        "history": [
            {"label": _("Invited to an interview"), "at": _at(20, 15), "by": "蓉康养老服务有限公司"},
            {
                "label": _("Seen by the employer"),
                "at": _at(19, 9),
                "note": _("Your mobile number was shown."),
            },
            {"label": _("Application sent"), "at": _at(18, 20)},
        ],
        "bins": [
            {"label": "3000", "count": 28},
            {"label": "4000", "count": 66},
            {"label": "5000", "count": 92, "chosen": True},
            {"label": "6000", "count": 71, "chosen": True},
            {"label": "7000", "count": 38},
            {"label": "8000+", "count": 23},
        ],
        "ranking": [
            {"label": "锦江区", "value": 318, "url": "#charts"},
            {"label": "成华区", "value": 276},
            {"label": "武侯区", "value": 241},
        ],
        "months": [
            {"label": "2026-07", "value": 310},
            {"label": "2026-08", "value": 352},
            {"label": "2026-09", "value": 348},
            {"label": "2026-10", "value": 401},
        ],
        "views": [
            {"label": _("All open"), "url": "#queue", "current": True, "count": 46},
            {"label": _("Due today"), "url": "#queue", "count": 2, "hot": True},
            {"label": _("Returned and corrected"), "url": "#queue", "count": 5},
        ],
        "queue": [
            {
                "title": "养老护理员",
                "number": "P-2026-08412",
                "left": _("3 hours left"),
                "level": "bad",
                "state": _("Overdue soon"),
            },
            {
                "title": "数控车工",
                "number": "P-2026-08415",
                "left": _("1 day left"),
                "level": "warn",
                "state": _("To be checked"),
            },
            {
                "title": "会计",
                "number": "P-2026-08420",
                "left": _("2 days left"),
                "level": "ok",
                "state": _("No findings"),
            },
        ],
        "materials": [_("Identity card"), _("Business licence")],
        "colours": [
            "primary",
            "primary-soft",
            "seal",
            "success",
            "warning",
            "danger",
            "info",
            "text",
            "text-2",
            "text-3",
            "border-control",
            "surface-sunken",
        ],
        "sizes": ["40", "30", "24", "20", "18", "16", "14", "13", "12"],
    }


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, 20, tzinfo=timezone.get_current_timezone())
