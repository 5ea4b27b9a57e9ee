"""Define the form with which an officer uploads a file; a kind that needs more than the file extends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site.fields import FileInput

_ACCEPTED = ".csv,.xlsx,.xls,.ods,.xlsm,.txt,.tsv,.htm,.html"


class UploadForm(forms.Form):
    """Ask for a file. `file_help` says which columns it has."""

    file = forms.FileField(label=_("File"), widget=FileInput({"accept": _ACCEPTED}))
    file_help: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = self.file_help

    def for_officer(self, officer: Any, asked: Mapping[str, str]) -> None:
        """Fit the form to who brings the file, and to what the page's address asks for (`?directive=5`)."""

    def options(self) -> dict[str, Any]:
        """Return what the officer entered beside the file, as JSON keeps it."""
        return {}
