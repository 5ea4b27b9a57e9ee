"""Say what a scanned QR code means: a code of the health authority, a poster of an organisation, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from bluezone.i18n import Translator
from bluezone.phone.web.presenters.code import read_code
from bluezone.protocol.declarations import read_isolation_link
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.unit_codes import MistypedError, read_unit_code


class Wanted(StrEnum):
    """Name what the owner came to scan."""

    CODE = "code"
    UNIT = "unit"
    ISOLATION = "isolation"


@dataclass(frozen=True, slots=True)
class Scanned:
    """Hold the `path` to go on to; else what to tell the owner."""

    path: str = ""
    title: str = ""
    text: str = ""


def wanted(text: str) -> Wanted:
    return Wanted(text) if text in list(Wanted) else Wanted.CODE


def read(text: str, language: Translator, aim: Wanted = Wanted.CODE) -> Scanned:
    """Read a scanned text. Nothing is opened or sent: what was read is shown in its field, and the owner goes on."""
    _ = language.gettext
    isolation = read_isolation_link(text)
    if isolation and (aim is Wanted.ISOLATION or ("://" in text and "#" in text)):
        return Scanned(path=f"/isolation?given={isolation}")
    found = read_code(text, language).code
    if found:
        return Scanned(path=f"/code?c={found}")
    try:
        unit = read_unit_code(text)
    except MistypedError:
        return Scanned(title=_("This poster cannot be read well"), text=_("Please try again, or type the code on it."))
    except ProtocolError:
        return Scanned(
            title=_("This is a QR code of something else"),
            text=_("It was not opened. Bluezone reads the codes of the health authority and of Bluezone posters only."),
        )
    return Scanned(path=f"/unit?given={quote(unit)}")
