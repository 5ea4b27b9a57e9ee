"""Define the form with which an officer uploads a file, and bound what its request may bring: files are held in memory,
up to a limit, and none touches the disk. A kind that needs more than the file extends the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site.fields import FileInput

#: of all files of one request together
MAX_UPLOAD_BYTES = 5_000_000
_TOO_BIG = "bluezone_upload_too_big"
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


class BoundedUpload(MemoryFileUploadHandler):
    """Take files up to the limit. Of more it keeps nothing and reads on without storing, so that the page can say so
    (`too_big`)."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._received = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > MAX_UPLOAD_BYTES:
            if self.request is not None:
                self.request.META[_TOO_BIG] = "yes"
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


def too_big(request: HttpRequest) -> bool:
    """Return whether the request brought more than is taken, so that its file is missing."""
    _read = request.FILES  # the body is read when it is asked for
    return _TOO_BIG in request.META
