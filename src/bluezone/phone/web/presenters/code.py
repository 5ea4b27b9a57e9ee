"""Read the code from the health authority, and say what it confirmed or why it was refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bluezone.i18n import Translator, format_weekday_date
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import PublishError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.common import Fact, Tone
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.verification import CertifiedReport

CODE_DIGITS = 8
MAX_INPUT = 2_000

_SEPARATORS = re.compile(r"[\s\-.,_/​ ]+")


@dataclass(frozen=True, slots=True)
class ReadCode:
    """Hold a code, or (`code` empty) a sentence on what to mend."""

    code: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Say why a code was refused. `try_again`: the same code may work later; `new_code`: it will not."""

    title: str
    text: str
    try_again: bool


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
    """Read eight digits, however they were typed or pasted; or a link that holds them (`...?c=12345678`)."""
    _ = language.gettext
    text = unicodedata.normalize("NFKC", text[:MAX_INPUT]).strip()
    if not text:
        return ReadCode(problem=_("Please enter the code from the health authority."))
    if "://" in text:
        return _from_link(text, language)
    digits = _SEPARATORS.sub("", text)
    if digits.isascii() and digits.isdigit():
        if len(digits) == CODE_DIGITS:
            return ReadCode(digits)
        return ReadCode(
            problem=language.ngettext(
                "The code has 8 digits; this is {n} digit.", "The code has 8 digits; these are {n}.", len(digits)
            ).format(n=len(digits))
        )
    return ReadCode(problem=_("The code has 8 digits and nothing else. Please look at the message once more."))


def _from_link(text: str, language: Translator) -> ReadCode:
    try:
        values = parse_qs(urlsplit(text).query).get("c", [])
    except ValueError:
        values = []
    digits = _SEPARATORS.sub("", values[0]) if values else ""
    if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit():
        return ReadCode(digits)
    return ReadCode(problem=language.gettext("This link or QR code holds no code of the health authority."))


def refusal(error: PhoneError, language: Translator) -> Refusal:
    """Say what to tell the owner of an error of `Publisher`."""
    _ = language.gettext
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
            try_again=False,
        )
    if error.code == VerifyCode.CODE_EXPIRED:
        return Refusal(
            _("This code has run out"),
            _("A code is good for 24 hours. Your health station gladly gives you a new one."),
            try_again=False,
        )
    if error.code in {VerifyCode.CODE_INVALID, VerifyCode.CODE_NOT_FOUND, VerifyCode.UNPARSABLE_REQUEST}:
        return Refusal(
            _("This code was not accepted"),
            _(
                "Perhaps a digit is wrong, or the code was used before."
                " Please compare it with the message, or ask for a new one."
            ),
            try_again=False,
        )
    if error.code in {PublishCode.CERTIFICATE_INVALID, VerifyCode.TOKEN_EXPIRED, VerifyCode.TOKEN_INVALID}:
        return Refusal(
            _("The confirmation has lapsed"),
            _("Please ask your health station for a new code, and try again."),
            try_again=False,
        )
    return Refusal(
        _("The health authority did not accept this"),
        _("Please ask your health station for a new code."),
        try_again=False,
    )
