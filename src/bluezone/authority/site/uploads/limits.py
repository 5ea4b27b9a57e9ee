"""Bound what a request may upload: files are held in memory, up to a limit, and none touches the disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest

#: of all files of one request together
MAX_UPLOAD_BYTES = 5_000_000
_TOO_BIG = "bluezone_upload_too_big"


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
