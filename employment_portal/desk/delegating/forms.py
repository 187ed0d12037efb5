from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.accounts.models import StaffPost, User
from employment_portal.ui.widgets import DateInput


class DelegationForm(forms.Form):
    """One's own post, a colleague, from and until."""

    post = forms.ModelChoiceField(StaffPost.objects.none(), label=_("Post to hand over"), empty_label=None)
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Colleague"),
        empty_label=_("Choose a colleague"),
        error_messages={"required": _("Choose a colleague.")},
    )
    starts_on = forms.DateField(label=pgettext_lazy("standing in", "First day"), widget=DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, posts: list[StaffPost], colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        post, to = self.fields["post"], self.fields["to"]
        assert isinstance(post, forms.ModelChoiceField)
        assert isinstance(to, forms.ModelChoiceField)
        post.queryset = StaffPost.objects.filter(pk__in=[each.pk for each in posts]).select_related("agency")
        post.label_from_instance = lambda each: f"{each.get_role_display()} {each.agency.name}"  # type: ignore[method-assign]
        to.queryset = User.objects.filter(pk__in=[each.pk for each in colleagues]).order_by(
            "display_name", "pk"
        )
