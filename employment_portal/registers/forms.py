from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.registers.enums import Register
from employment_portal.ui.widgets import FileInput

MAX_UPLOAD = 50 * 1024**2


class UploadForm(forms.Form):
    """A file of a register. Whether it can be read and has the columns is told when it is received."""

    register = forms.ChoiceField(
        label=pgettext_lazy("data", "Register"),
        choices=[("", _("Choose")), *Register.choices],
        error_messages={"required": _("Choose the register.")},
    )
    source = forms.CharField(
        label=_("Delivered by"),
        max_length=40,
        help_text=_("The authority, always written the same: its row numbers count within this name."),
        error_messages={"required": _("Name who delivers the file, such as 成都市社保局.")},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, up to 50 MB. The first row names the columns as described below."),
        widget=FileInput(accept=".csv,.xlsx,.gz,.txt"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than 50 MB. Split it, or import it from the command line.")
            )
        return file
