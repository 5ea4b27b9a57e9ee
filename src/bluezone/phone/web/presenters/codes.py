"""Read a code, typed, scanned or tapped, and say what it confirmed; and say why none is sent after a self-test."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, quote, urlencode, urlsplit

from bluezone.i18n import Translator, at_start, format_weekday_date
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.sender import BusyError
from bluezone.phone.client.telephone import UserReportRefusedError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.common import Fact, Read, Tone
from bluezone.phone.web.presenters.diary import path_of
from bluezone.protocol import one_time_codes
from bluezone.protocol.check_ins import Misread, PlaceError, is_place_address, read_place_address
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import read_link
from bluezone.protocol.letters import MistypedError, read_unit_code
from bluezone.protocol.one_time_codes import Problem
from bluezone.protocol.user_reports import IssueCode
from bluezone.protocol.verification import CertifiedReport

MAX_INPUT = 2_000


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what a code confirmed. `takes_back`: it can undo an earlier warning; `until`: so long the answer can
    wait; `as_contact`: the owner is a contact (F1), and no patient."""

    tone: Tone
    title: str
    text: str
    facts: tuple[Fact, ...]
    takes_back: bool
    until: str
    as_contact: bool = False


def result(verified: VerifiedResult, now_s: float, language: Translator) -> Result:
    """Say the result of a test plainly before anything is asked."""
    _ = language.gettext
    title, text, tone = {
        CertifiedReport.CONFIRMED: (
            _("Your test is positive"),
            _("The health authority has confirmed it. Please follow what your health station told you."),
            Tone.ACT,
        ),
        CertifiedReport.LIKELY: (
            _("A doctor thinks that you have {disease}"),
            _("The test is still to come. Please follow what your health station told you."),
            Tone.ACT,
        ),
        CertifiedReport.USER_REPORT: (
            _("You reported a positive test"),
            _("Please follow what your health station told you."),
            Tone.ACT,
        ),
        CertifiedReport.NEGATIVE: (
            _("Your test is negative"),
            _("If you had others warned before, the warning can be taken back now."),
            Tone.SAFE,
        ),
        CertifiedReport.RECURSIVE: (
            _("You are a contact (F1)"),
            _(
                "The health authority asks whether you let the people you met since then know. Nobody says that you are infected."  # noqa: E501 (a sentence)
            ),
            Tone.WATCH,
        ),
    }[verified.report]
    as_contact = verified.report is CertifiedReport.RECURSIVE
    second = _("Day of your contact") if as_contact else _("First symptoms")
    dates = ((_("Day of the test"), verified.test_date), (second, verified.symptom_date))
    return Result(
        tone=tone,
        title=title,
        text=text,
        facts=tuple(
            Fact(name, at_start(format_weekday_date(day, language.language))) for name, day in dates if day is not None
        ),
        takes_back=verified.report is CertifiedReport.NEGATIVE,
        until=language.moment(verified.ends_at_s, now_s),
        as_contact=as_contact,
    )


def read_code(text: str, language: Translator) -> Read:
    """Read a code, however it was typed or pasted; or a link that holds one (`...?c=CODE`)."""
    text = text[:MAX_INPUT].strip()
    if "://" in text:
        read = one_time_codes.read_link(text)
        if read.problem is None:
            return Read(read.text)
        return Read(problem=language.gettext("This link or QR code holds no code of the health authority."))
    read, _ = one_time_codes.read_code(text), language.gettext
    if read.problem is None:
        return Read(read.text)
    if read.problem is Problem.EMPTY:
        return Read(problem=_("Please enter the code from the health authority."))
    if read.problem is Problem.LENGTH:
        problem = language.ngettext(
            "Something is missing, or there is too much: this is {n} digit. Please look at the code once more.",
            "Something is missing, or there is too much: these are {n}. Please look at the code once more.",
            read.signs,
        )
        return Read(problem=problem.format(n=read.signs))
    if read.problem is Problem.CHECK:
        return Read(problem=_("One digit or letter is not right yet. Please compare the code group by group."))
    return Read(problem=_("A code has digits, or digits and letters, and nothing else. Please look at it once more."))


def in_groups(text: str) -> str:
    """Return a code in groups, as it is read out; what is no code as it is."""
    read = one_time_codes.read_code(text)
    return " ".join(one_time_codes.groups(read.text)) if read.problem is None else text


def of_link(text: str, language: Translator) -> Read:
    """Read the code that a link of the health authority has led here with, before anything is sent."""
    read = one_time_codes.read_code(text)
    if read.problem is None:
        return Read(read.text)
    return Read(
        problem=language.gettext("The code in this link is not whole. Please open the link in the message again.")
    )


# --- scanned ------------------------------------------------------------------------------------------


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


def read_scanned(text: str, language: Translator, aim: Wanted = Wanted.CODE) -> Scanned:
    """Read a scanned text. Nothing is opened or sent: what was read is shown in its field, and the owner goes on."""
    _ = language.gettext
    if is_place_address(text):
        return _place(text, language, aim)
    isolation = read_link(text)
    if isolation and (aim is Wanted.ISOLATION or ("://" in text and "#" in text)):
        return Scanned(path=f"/isolation?given={isolation}")
    found = read_code(text, language).value
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


# --- tapped outside Bluezone --------------------------------------------------------------------------


MAX_LINK = 2_000
_CODE_PATH, _ISOLATION_PATH = "/v", "/i"
#: of places, and of organisations whose installs are counted
_POSTER_PATHS = ("/p/", "/install/")


def read_tapped(text: str, own_host: str, language: Translator) -> Scanned:
    """Return the path of the screen that a link opens that was tapped in a message, on a page or in another app, else
    what to tell the owner. `own_host`: of the authority's links, with its port where it has one; "": none is ours.

    Whoever wrote it may want anything, and any app may hand it on. So nothing but links of the own authority's host, in
    the forms that it writes, and those of the field's scheme (`ens://v?c=CODE`) lead anywhere: to a screen that asks
    first.
    """
    link = _split(text)
    if link is not None and (link.scheme, link.netloc) == ("ens", "v"):
        return _code_screen(link)
    if link is None or link.scheme != "https" or not own_host or link.netloc.lower() != own_host.lower():
        return _of_others(language)
    if link.path == _CODE_PATH:
        return _code_screen(link)
    if link.path == _ISOLATION_PATH and read_link(text):
        return Scanned(path=f"/isolation?given={read_link(text)}")
    if link.path.startswith(_POSTER_PATHS):
        return read_scanned(text, language)
    return _of_others(language)


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text) if len(text) <= MAX_LINK and text.isprintable() else None
    except ValueError:
        return None


def _code_screen(link: SplitResult) -> Scanned:
    """Lead to the screen of a code, which says what is wrong with it, too."""
    try:
        given = parse_qs(link.query, max_num_fields=8).get("c", [""])[0]
    except ValueError:
        given = ""
    return Scanned(path=f"/v?{urlencode({'c': given})}")


def _of_others(language: Translator) -> Scanned:
    _ = language.gettext
    return Scanned(
        title=_("This link is of something else"),
        text=_("It was not opened. Bluezone opens links of the health authority and of its posters only."),
    )


# --- a code by text message after a self-test ---------------------------------------------------------


#: who tested longer ago has no key left that warns anybody
_TEST_DAYS = 14


@dataclass(frozen=True, slots=True)
class Day:
    """Hold one day to choose."""

    value: str
    name: str


def utc_offset_min(now_s: float, language: Translator) -> int:
    """Return how far the owner's clock is east of UTC."""
    offset = language.local(now_s).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0


def test_days(now_s: float, language: Translator) -> tuple[Day, ...]:
    """Return the days of a test that can be reported, today first."""
    _ = language.gettext
    first = language.local(now_s).date()
    given = [first - dt.timedelta(days=back) for back in range(_TEST_DAYS)]
    names = [format_weekday_date(day, language.language) for day in given]
    names[0] = _("Today, {day}").format(day=names[0])
    return tuple(Day(day.isoformat(), at_start(name)) for day, name in zip(given, names, strict=True))


def no_code_text(error: PhoneError, language: Translator) -> str:
    """Say why no code is sent, and what helps. It never depends on what is known of the number."""
    _ = language.gettext
    if isinstance(error, BusyError):
        return _("The health authority is busy just now. Nothing is lost: please try again in a few minutes.")
    if isinstance(error, ConnectionFailedError):
        return _("No connection just now. Nothing is lost: please try again when there is internet.")
    code = error.code if isinstance(error, UserReportRefusedError) else ""
    texts: dict[str, str] = {
        IssueCode.PHONE_INVALID: _("A code can be sent to mobile numbers of Viet Nam only. Please look once more."),
        IssueCode.QUOTA_EXCEEDED: _(
            "Many are reporting today. Please try again tomorrow, or ask your health station for a code."
        ),
        IssueCode.INVALID_DATE: _("This day can no longer be reported. Please ask your health station for a code."),
    }
    return texts.get(code, _("No code can be sent just now. Your health station gladly gives you one."))
