"""Count a phone in: it registers once, and says once a day that it is in use.

    POST /v1/installations  {"installation": base64 of 16 random bytes, "platform": "android", "version": "1.0",
                             "commune": "34:31318", "unit": "7K3M-Q2XD", "replaces": base64}
    POST /v1/activity       {"installation": base64 of the same bytes}

The id is random, made at installation, and used for nothing else: neither keys nor contacts nor an account hang on it.
`commune` (what the person chose, in the code system of the day), `unit` (from a poster's QR code) and `replaces` (the
id of before, where the app's data was restored) may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bluezone.protocol.fields import COMMUNE, Message, matches, size

ID_BYTES = 16
PLATFORMS = ("android", "ios", "linux", "web")
MAX_BYTES = 2_048


@dataclass(frozen=True, slots=True)
class Registration(Message):
    """Register an installation, or what changed about it. Raises ProtocolError for a field that cannot be."""

    what = "registration"
    max_bytes = MAX_BYTES
    installation: Annotated[bytes, size(ID_BYTES)]
    platform: Annotated[str, matches("|".join(PLATFORMS), f"one of {', '.join(PLATFORMS)}")]
    version: Annotated[str, matches(r"[0-9A-Za-z.+-]{1,24}", "1 to 24 letters, digits or . + -")]
    commune: Annotated[str, COMMUNE] = ""
    unit: Annotated[str, matches(r"[0-9A-Z]{4}-[0-9A-Z]{4}", "a code such as 7K3M-Q2XD")] = ""
    replaces: Annotated[bytes, size(ID_BYTES)] = b""


@dataclass(frozen=True, slots=True)
class Activity(Message):
    """Say that an installation was in use today."""

    what = "activity"
    max_bytes = MAX_BYTES
    installation: Annotated[bytes, size(ID_BYTES)]
