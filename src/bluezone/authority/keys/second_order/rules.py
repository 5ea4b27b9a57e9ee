"""Decide which keys a contact may publish. Pure."""

from __future__ import annotations

from bluezone.authority.keys.rules import PublishRefusedError, Upload
from bluezone.protocol.intervals import INTERVALS_PER_DAY
from bluezone.protocol.messages import PublishCode
from bluezone.protocol.verification import CertifiedReport


def check_upload(upload: Upload, *, is_on: bool) -> None:
    """Decide whether an upload of a contact is taken at all; any other always is. Raises PublishRefusedError.

    All or nothing: whoever sends a day before the exposure has no phone of ours, or one that is wrong about the rest
    too. The day is the certificate's: what the request itself says of an onset is not looked at.
    """
    if upload.report is not CertifiedReport.RECURSIVE:
        return
    if not is_on:
        raise PublishRefusedError(PublishCode.BAD_REQUEST, "warnings of second order are off")
    exposed = upload.onset_certified
    if exposed is None:
        raise PublishRefusedError(PublishCode.BAD_REQUEST, "the certificate does not say from which day on")
    first = exposed // INTERVALS_PER_DAY * INTERVALS_PER_DAY
    before = [sent.index for sent in upload.keys if sent.tek.rolling_start_interval < first]
    if before:
        named = ", ".join(map(str, before))
        raise PublishRefusedError(PublishCode.BAD_REQUEST, f"keys of before the exposure are not taken: {named}")
