from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from employment_portal.ui.widgets import FileInput
from jobs.imports.mapping import FIELDS, REQUIRED, ColumnMapping
from jobs.imports.readers import FileNotReadable, ListFile, open_list

MAX_UPLOAD = 50 * 1024**2


class UploadForm(forms.Form):
    """A list of adverts. Whether it can be read is told by its content, not its name."""

    file = forms.FileField(
        label=_("List of adverts"),
        help_text=_("CSV, JSON lines or XLSX, up to 50 MB. The first row names the columns."),
        widget=FileInput(accept=".csv,.jsonl,.json,.xlsx,.gz,.txt"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than 50 MB. Split it, or import it from the command line.")
            )
        try:
            self.listed: ListFile = open_list(file)
        except FileNotReadable as error:
            raise forms.ValidationError(error.message) from error
        file.seek(0)
        return file


class ColumnsForm(forms.Form):
    """Where the list comes from, and which of its columns carries which field."""

    source = forms.CharField(
        label=_("Source"),
        max_length=60,
        help_text=_("Shown on every advert. The law asks that a reposted vacancy names its source."),
        error_messages={"required": _("Name the source of the list.")},
    )

    def __init__(self, data: Any = None, *, headings: list[str], mapping: ColumnMapping, source: str):
        super().__init__(data, initial={"source": source or mapping.source})
        self._mapping = mapping
        choices = [("", _("Not in the list")), *[(heading, heading) for heading in headings if heading]]
        for field, label in FIELDS.items():
            chosen = next((column for column in mapping.columns.get(field, ()) if column in headings), "")
            self.fields[field] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=field in REQUIRED,
                initial=chosen,
                error_messages={
                    "required": _("Choose the column."),
                    "invalid_choice": _("The list has no such column. Choose another one."),
                },
            )

    @property
    def column_fields(self) -> list[Any]:
        return [self[field] for field in FIELDS]

    def mapping(self) -> ColumnMapping:
        """The mapping as chosen. A column kept as it was keeps the columns that stand in for it when it is empty."""
        columns = {}
        for field in FIELDS:
            chosen = self.cleaned_data.get(field)
            if chosen:
                before = self._mapping.columns.get(field, ())
                columns[field] = before if chosen in before[:1] else (chosen,)
        same = columns == {
            field: self._mapping.columns[field] for field in columns if field in self._mapping.columns
        }
        return ColumnMapping(self._mapping.name if same else "custom", columns)
