from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subsidies.policies.enums import GuardScope
from subsidies.policies.models import Guard, SubsidyItem


class ItemsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return obj.label


class GuardForm(forms.Form):
    items = ItemsField(
        SubsidyItem.objects.all(),
        label=_("Subsidies"),
        help_text=_("One: it is granted once. Several: each of them excludes the others, and itself."),
    )
    scope = forms.ChoiceField(label=_("Whose double benefit it refuses"), choices=GuardScope)
    lifetime = forms.TypedChoiceField(
        label=_("How long"),
        choices=[("", _("for the months that were granted")), ("1", _("for all time"))],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)

    @classmethod
    def of(cls, guard: Guard, data: Any = None) -> "GuardForm":
        """The form of a draft as it stands."""
        return cls(
            data,
            initial={
                "items": guard.items.all(),
                "scope": guard.scope,
                "lifetime": "1" if guard.lifetime else "",
                "legal_basis": guard.legal_basis,
            },
        )
