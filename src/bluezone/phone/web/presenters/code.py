"""Read the code from the health authority, and say what it confirmed; why one is refused says `refusal`."""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.i18n import Translator, at_start, format_weekday_date
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.common import Fact, Tone
from bluezone.protocol import one_time_codes
from bluezone.protocol.one_time_codes import Problem
from bluezone.protocol.verification import CertifiedReport

MAX_INPUT = 2_000


@dataclass(frozen=True, slots=True)
class ReadCode:
    """Hold a code, or (`code` empty) a sentence on what to mend."""

    code: str = ""
    problem: str = ""


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
