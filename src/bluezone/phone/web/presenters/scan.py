"""Say what a scanned QR code means: a code of the health authority, a poster of an organisation, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from bluezone.i18n import Translator
from bluezone.phone.web.presenters.code import read_code
from bluezone.phone.web.presenters.diary import path_of
from bluezone.protocol.check_ins import Misread, PlaceError, is_place_address, read_place_address
from bluezone.protocol.declarations import read_isolation_link
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.unit_codes import MistypedError, read_unit_code


class Wanted(StrEnum):
    """Name what the owner came to scan."""

    CODE = "code"
    UNIT = "unit"
    ISOLATION = "isolation"
    DIARY = "diary"


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
    if is_place_address(text):
        return _place(text, language, aim)
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
            text=_("It was not opened. Bluezone reads codes of the health authority, of places and of posters only."),
        )
    return Scanned(path=f"/unit?given={quote(unit)}")


def _place(text: str, language: Translator, aim: Wanted) -> Scanned:
    """Read the code of a place: its poster counts the phone where that is what the owner came for."""
    _ = language.gettext
    try:
        scanned = read_place_address(text)
    except PlaceError as error:
        if error.misread is Misread.OLD_CODE:
            explained = _("It is of another system, in an older form. You can type the place into your diary by hand.")
        else:
            explained = _("Please try again, or type the place into your diary by hand.")
        return Scanned(title=_("The code of this place cannot be read"), text=explained)
    if aim is Wanted.UNIT and scanned.unit_code:
        return Scanned(path=f"/unit?given={quote(scanned.unit_code)}")
    return Scanned(path=path_of(text))
