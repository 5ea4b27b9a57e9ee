"""Keep files encrypted while they wait for a decision: lists hold names of heads of units, telephones, who is ill."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.models import Upload
from bluezone.errors import TranslatableError

PURPOSE = "files that wait for a decision"


class LostFileError(TranslatableError):
    """Report a file that no secret of this server opens."""


def seal(data: bytes, upload_id: uuid.UUID) -> bytes:
    """Encrypt the bytes of one upload: in the row of another they cannot be read."""
    return encryption.encrypt_bytes(keyed.key(PURPOSE), data, upload_id.bytes)


def file_of(upload: Upload) -> bytes:
    """Return an upload's file. Raises LostFileError where no secret of this server opens it."""
    return _unsealed(bytes(upload.data), upload)


def opened_of(upload: Upload) -> bytes:
    """Return an upload as the worker opened it; nothing for one that it did not. Raises LostFileError."""
    return _unsealed(bytes(upload.opened), upload) if upload.opened else b""


def _unsealed(sealed: bytes, upload: Upload) -> bytes:
    try:
        return encryption.decrypt_bytes(keyed.keys(PURPOSE), sealed, "file", upload.pk.bytes)
    except AuthorityError:
        template = gettext_noop("this file was kept under a secret that the server no longer has: bring it again")
        raise LostFileError(template) from None
