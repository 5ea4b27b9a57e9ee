"""Count a phone in: it registers once, and says once a day that it is in use.

    POST /v1/installations  {"installation": base64 of 16 random bytes, "platform": "android", "version": "1.0",
                             "commune": "34:31318", "unit": "7K3M-Q2XD", "replaces": base64}
    POST /v1/activity       {"installation": base64 of the same bytes}

The id is random, made at installation, and used for nothing else: neither keys nor contacts nor an account hang on it.
`commune` (what the person chose, in the code system of the day), `unit` (from a poster's QR code) and `replaces` (the
id of before, where the app's data was restored) may be left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import base64_bytes, base64_text, json_object

ID_BYTES = 16
PLATFORMS = ("android", "ios", "linux", "web")
MAX_BYTES = 2_048
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,24}", re.ASCII)
_COMMUNE = re.compile(r"(63|34):[0-9]{5}", re.ASCII)
_UNIT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Registration:
    """Register an installation, or what changed about it. Raises ProtocolError for a field that cannot be."""

    installation: bytes
    platform: str
    version: str
    commune: str = ""
    unit: str = ""
    replaces: bytes = b""

    def __post_init__(self) -> None:
        _check_id(self.installation, "installation")
        if self.replaces:
            _check_id(self.replaces, "replaces")
        if self.platform not in PLATFORMS:
            raise ProtocolError(f"platform is none of {', '.join(PLATFORMS)}")
        if not _VERSION.fullmatch(self.version):
            raise ProtocolError("version is not 1 to 24 letters, digits or . + -")
        if self.commune and not _COMMUNE.fullmatch(self.commune):
            raise ProtocolError("commune is not a code such as 34:31318")
        if self.unit and not _UNIT.fullmatch(self.unit):
            raise ProtocolError("unit is not a code such as 7K3M-Q2XD")

    @classmethod
    def from_json(cls, body: bytes) -> Registration:
        """Read the request's body. Raises ProtocolError."""
        fields = json_object(body, "registration", MAX_BYTES)
        texts = {name: fields.get(name, "") for name in ("installation", "platform", "version", "commune", "unit")}
        replaces = fields.get("replaces", "")
        for name, value in (*texts.items(), ("replaces", replaces)):
            if not isinstance(value, str):
                raise ProtocolError(f"{name} is not text")
        installation = base64_bytes(texts.pop("installation"), "installation")
        return cls(installation=installation, replaces=base64_bytes(replaces, "replaces"), **texts)

    def to_json(self) -> bytes:
        """Write the request's body."""
        fields = {
            "installation": base64_text(self.installation),
            "platform": self.platform,
            "version": self.version,
            "commune": self.commune,
            "unit": self.unit,
            "replaces": base64_text(self.replaces),
        }
        return json.dumps({name: value for name, value in fields.items() if value}).encode()


@dataclass(frozen=True, slots=True)
class Activity:
    """Say that an installation was in use today."""

    installation: bytes

    def __post_init__(self) -> None:
        _check_id(self.installation, "installation")

    @classmethod
    def from_json(cls, body: bytes) -> Activity:
        """Read the request's body. Raises ProtocolError."""
        text = json_object(body, "activity", MAX_BYTES).get("installation", "")
        if not isinstance(text, str):
            raise ProtocolError("installation is not text")
        return cls(base64_bytes(text, "installation"))

    def to_json(self) -> bytes:
        """Write the request's body."""
        return json.dumps({"installation": base64_text(self.installation)}).encode()


def _check_id(value: bytes, name: str) -> None:
    if len(value) != ID_BYTES:
        raise ProtocolError(f"{name} is {len(value)} bytes, not {ID_BYTES}")
