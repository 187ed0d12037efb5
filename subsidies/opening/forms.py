from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from employment_portal.ui.widgets import FileInput

MAX_UPLOAD = 30 * 1024 * 1024
ACCEPT = ".xlsx,.csv"


def _file(label: Any, **kwargs: Any) -> forms.FileField:
    return forms.FileField(label=label, required=False, widget=FileInput(accept=ACCEPT), **kwargs)


class UploadForm(forms.Form):
    """One workbook, or one to three CSV files."""

    source = forms.CharField(
        label=_("Old system"), max_length=60, help_text=_("Its name, always written the same way")
    )
    workbook = _file(_("Workbook, or first CSV file"), help_text=_("Excel or CSV, at most 30 MB"))
    second = _file(_("Second CSV file (optional)"))
    third = _file(_("Third CSV file (optional)"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        files = [cleaned.get(name) for name in ("workbook", "second", "third")]
        given = [file for file in files if file]
        if not given and not self.errors:
            self.add_error("workbook", _("Choose a file."))
        for file in given:
            if file.size > MAX_UPLOAD:
                self.add_error(
                    "workbook", _("The file is larger than 30 MB. Leave out everything but the lists.")
                )
        cleaned["files"] = given
        return cleaned
