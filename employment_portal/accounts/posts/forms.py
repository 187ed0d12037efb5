from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import ADMIN_ROLES, StaffRole
from employment_portal.accounts.fields import MobileField
from employment_portal.accounts.models import StaffPost, User
from employment_portal.accounts.posts.actions import POOL, colleagues_of, open_work_of
from employment_portal.accounts.posts.queries import agencies_in_charge_of
from employment_portal.ui.widgets import DateInput


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Name of the person"), max_length=30)
    phone = MobileField(
        label=_("Mobile number"),
        required=False,
        help_text=_("The link goes here and, if given, to the e-mail."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=None, empty_label=_("Choose an agency"))
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *StaffRole.choices])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed for administrators: a second security administrator reads it before approving."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies_in_charge_of(by)  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (
            not self.errors.keys() & {"phone", "email"}
            and not values.get("phone")
            and not values.get("email")
        ):
            self.add_error("phone", _("Enter a mobile number or an e-mail address for the link."))
        if values.get("role") in ADMIN_ROLES and not values.get("reason"):
            self.add_error("reason", _("Say why this person becomes an administrator."))
        return values


class LeaveForm(forms.Form):
    """A post ends or moves; its open work is handed over in the same step."""

    to_agency = forms.ModelChoiceField(
        label=_("Next agency"), queryset=None, required=False, empty_label=_("None: the post ends")
    )
    last_day = forms.DateField(label=_("Last day in this post"), widget=DateInput)
    hand_over_to = forms.ChoiceField(label=_("Who takes over the open work"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, post: StaffPost, by: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post, self.today = post, today
        agencies = agencies_in_charge_of(by).exclude(pk=post.agency_id)
        self.fields["to_agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["last_day"].initial = today
        self.fields["last_day"].help_text = _("Yesterday ends the post at once and signs the person out.")
        if post.role in ADMIN_ROLES:
            del self.fields["to_agency"]
        self.colleagues = {str(user.public_id): user for user in colleagues_of(post, on=today)}
        if open_work_of(post).exists():
            choices = [(key, str(user)) for key, user in self.colleagues.items()]
            self.fields["hand_over_to"].choices = [  # type: ignore[attr-defined]
                ("", _("Choose")),
                *choices,
                (POOL, _("Back to the pool of the agency")),
            ]
            self.fields["hand_over_to"].required = True
        else:
            del self.fields["hand_over_to"]

    def clean_last_day(self) -> date:
        day = self.cleaned_data["last_day"]
        if day < self.today - timedelta(days=1):
            raise forms.ValidationError(_("A post cannot end further back than yesterday."))
        if day < self.post.starts_on - timedelta(days=1):
            raise forms.ValidationError(_("The post begins later than this."))
        return day

    def clean_hand_over_to(self) -> User | str:
        chosen = self.cleaned_data["hand_over_to"]
        return POOL if chosen == POOL else self.colleagues[chosen]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class DecisionForm(forms.Form):
    approve = forms.TypedChoiceField(
        choices=[("yes", _("Approve")), ("no", _("Refuse"))], coerce=lambda value: value == "yes"
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
