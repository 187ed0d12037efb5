"""The one form of a bundle: the account, the commitment and each paper once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from employment_portal.ui.widgets import FileInput
from subsidies.matching.actions.bundling import Paper
from subsidies.matching.forms import AGREE, ConfirmForm

PAPERS = ".pdf,.jpg,.jpeg,.png"


class BundleForm(ConfirmForm):
    """``papers`` are asked for once; those that the commitment stands in for may stay away."""

    def __init__(self, *args: Any, papers: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = papers
        self.fields["agree"].label = AGREE
        for paper in papers:
            needed = paper.required and not paper.commitment_allowed
            if paper.required and paper.commitment_allowed:
                hint = _("The commitment stands in for it. PDF, JPEG or PNG, at most 5 MB.")
            else:
                hint = _("PDF, JPEG or PNG, at most 5 MB.")
            self.fields[f"paper_{paper.code}"] = forms.FileField(
                label=paper.label,
                required=needed,
                help_text=hint,
                widget=FileInput(accept=PAPERS),
                error_messages={
                    "required": _("Upload this paper: no commitment stands in for it."),
                    "empty": _("The file is empty. Choose another one."),
                },
            )
        self.order_fields(
            [*(f"paper_{paper.code}" for paper in papers), "holder", "bank_name", "number", "agree"]
        )

    def paper_fields(self) -> list[Any]:
        return [self[f"paper_{paper.code}"] for paper in self.papers]

    def handed_in(self) -> dict[str, UploadedFile]:
        """What was handed in, by the code of the paper."""
        found = {paper.code: self.cleaned_data.get(f"paper_{paper.code}") for paper in self.papers}
        return {code: file for code, file in found.items() if file}
