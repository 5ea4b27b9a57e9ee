"""Read the code from the health authority, and say what it confirmed or why it was refused."""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.i18n import Translator, format_weekday_date
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import BusyError, PublishError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.common import Fact, Tone
from bluezone.protocol import one_time_codes
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.one_time_codes import Problem
from bluezone.protocol.verification import CertifiedReport

MAX_INPUT = 2_000


@dataclass(frozen=True, slots=True)
class ReadCode:
    """Hold a code, or (`code` empty) a sentence on what to mend."""

    code: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Say why a code was refused. `try_again`: the same code may work later. `asks_long`: the long one will work."""

    title: str
    text: str
    try_again: bool = False
    asks_long: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what a code confirmed. `takes_back`: it can undo an earlier warning; `until`: so long the answer can
    wait."""

    tone: Tone
    title: str
    text: str
    facts: tuple[Fact, ...]
    takes_back: bool
    until: str


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
            _("A doctor thinks that you have COVID-19"),
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
    }[verified.report]
    dates = ((_("Day of the test"), verified.test_date), (_("First symptoms"), verified.symptom_date))
    return Result(
        tone=tone,
        title=title,
        text=text,
        facts=tuple(Fact(name, format_weekday_date(day, language.language)) for name, day in dates if day is not None),
        takes_back=verified.report is CertifiedReport.NEGATIVE,
        until=language.moment(verified.ends_at_s, now_s),
    )


def read_code(text: str, language: Translator) -> ReadCode:
    """Read a code, however it was typed or pasted; or a link that holds one (`...?c=CODE`)."""
    text = text[:MAX_INPUT].strip()
    if "://" in text:
        return _from_link(text, language)
    read = one_time_codes.read_code(text)
    if read.problem is None:
        return ReadCode(read.text)
    return ReadCode(problem=_mend(read.problem, read.signs, language))


def in_groups(text: str) -> str:
    """Return a code in groups, as it is read out; what is no code as it is."""
    read = one_time_codes.read_code(text)
    return " ".join(one_time_codes.groups(read.text)) if read.problem is None else text


def _mend(problem: Problem, signs: int, language: Translator) -> str:
    _ = language.gettext
    if problem is Problem.EMPTY:
        return _("Please enter the code from the health authority.")
    if problem is Problem.LENGTH:
        return language.ngettext(
            "Something is missing, or there is too much: this is {n} digit. Please look at the code once more.",
            "Something is missing, or there is too much: these are {n}. Please look at the code once more.",
            signs,
        ).format(n=signs)
    if problem is Problem.CHECK:
        return _("One digit or letter is not right yet. Please compare the code group by group.")
    return _("A code has digits, or digits and letters, and nothing else. Please look at it once more.")


def _from_link(text: str, language: Translator) -> ReadCode:
    read = one_time_codes.read_link(text)
    if read.problem is None:
        return ReadCode(read.text)
    return ReadCode(problem=language.gettext("This link or QR code holds no code of the health authority."))


def of_link(text: str, language: Translator) -> ReadCode:
    """Read the code that a link of the health authority has led here with, before anything is sent."""
    read = one_time_codes.read_code(text)
    if read.problem is None:
        return ReadCode(read.text)
    return ReadCode(
        problem=language.gettext("The code in this link is not whole. Please open the link in the message again.")
    )


def refusal(error: PhoneError, language: Translator) -> Refusal:
    """Say what to tell the owner of an error of `Publisher`."""
    _ = language.gettext
    if isinstance(error, BusyError):
        return Refusal(
            _("The health authority is busy just now"),
            _("Nothing is lost and your code is still good. Please try again in a few minutes."),
            try_again=True,
        )
    if isinstance(error, ConnectionFailedError):
        return Refusal(
            _("No connection just now"),
            _("Nothing is lost and your code is still good. Please try again when there is internet."),
            try_again=True,
        )
    if not isinstance(error, PublishError):
        return Refusal(
            _("This phone cannot share now"),
            _("Nothing was sent. Please tell your health station; they can help in another way."),
        )
    said = _of_code(error.code, language)
    return said or Refusal(
        _("The health authority did not accept this"), _("Please ask your health station for a new code.")
    )


def _of_code(code: str, language: Translator) -> Refusal | None:
    """Return what an error code of the API means to the owner."""
    _ = language.gettext
    expired = Refusal(_("This code has run out"), _("Your health station gladly gives you a new one."))
    unknown = Refusal(
        _("This code was not accepted"),
        _("Perhaps it was used before, or a newer one took its place. Please compare it, or ask for a new one."),
    )
    lapsed = Refusal(
        _("The confirmation has lapsed"), _("Please ask your health station for a new code, and try again.")
    )
    outdated = Refusal(
        _("Bluezone on this phone is too old for this code"),
        _("Please update it, then enter the code again. The code is still good."),
    )
    no_day = Refusal(
        _("A day is missing in your record"),
        _("Please ask your health station to enter the day of your test, and for a new code."),
    )
    another = Refusal(
        _("This code is for another phone"),
        _("It works on the phone that asked for it. Please use that one, or ask your health station for a code."),
    )
    long = Refusal(
        _("Please use the long code"),
        _(
            "Many wrong codes are being tried just now, so short ones rest for a while. Open the link or scan the"
            " picture from your health station, or ask them for the long code. It works at once."
        ),
        asks_long=True,
    )
    meanings: dict[str, Refusal] = {
        VerifyCode.CODE_EXPIRED: expired,
        VerifyCode.CODE_INVALID: unknown,
        VerifyCode.CODE_NOT_FOUND: unknown,
        VerifyCode.UNPARSABLE_REQUEST: unknown,
        VerifyCode.CODE_USER_UNAUTHORIZED: another,
        VerifyCode.MISSING_NONCE: another,
        VerifyCode.QUOTA_EXCEEDED: long,
        VerifyCode.UNSUPPORTED_TEST_TYPE: outdated,
        VerifyCode.INVALID_TEST_TYPE: outdated,
        VerifyCode.UNAUTHORIZED: outdated,
        VerifyCode.HMAC_INVALID: outdated,
        VerifyCode.MISSING_DATE: no_day,
        VerifyCode.INVALID_DATE: no_day,
        VerifyCode.TOKEN_EXPIRED: lapsed,
        VerifyCode.TOKEN_INVALID: lapsed,
        PublishCode.CERTIFICATE_INVALID: lapsed,
    }
    return meanings.get(code)
