"""Say for whom one can declare and by which form, what was declared, what it leads to, what became of it, and which
passes came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.forms import words
from bluezone.forms.communes import commune_of
from bluezone.forms.conditions import Answers
from bluezone.forms.definition import Form, Level, Use, said
from bluezone.forms.triage import advice, triage
from bluezone.i18n import Translator, format_day
from bluezone.phone.stores.declaration_store import (
    MAX_PEOPLE,
    WRONG_CODE,
    Answer,
    Draft,
    Link,
    Next,
    Person,
    StoredDeclaration,
)
from bluezone.phone.stores.records import Stage
from bluezone.phone.web.presenters.common import Qr, Row, Tone, qr_of
from bluezone.protocol.check_ins import PlaceKind
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import HealthDeclarationRefusal
from bluezone.protocol.passes import Colour, Pass, unverified_pass

ME, NEW = "me", "new"
#: what a form of journeys calls a vehicle of the diary (Use.MEANS)
MEANS: dict[int, str] = {
    PlaceKind.BUS: "bus",
    PlaceKind.BOAT: "ship",
    PlaceKind.TRAIN: "train",
    PlaceKind.PLANE: "plane",
}
_PASS_ICONS = {Colour.GREEN: "check", Colour.YELLOW: "alert", Colour.RED: "phone"}
_PASS_TONES = {Colour.GREEN: Tone.SAFE, Colour.YELLOW: Tone.WATCH, Colour.RED: Tone.ACT}
_TONES = {Level.ADVICE: Tone.SAFE, Level.CALL: Tone.WATCH, Level.URGENT: Tone.ACT}


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what a declaration leads to, by the form's own rules, in the language in which the form is read."""

    level: Level
    tone: Tone
    title: str
    text: str
    reasons: tuple[str, ...]


def people(known: Sequence[Person], language: Translator) -> tuple[Row, ...]:
    """Return for whom one can declare: the owner, those who are known, and somebody else."""
    _ = language.gettext
    owner = next((each for each in known if each.is_owner), None)
    mine = Row(_("For me"), _("Typed once, it is offered again the next time"), f"/declare/for/{ME}")
    rows = [mine if owner is None else _person(owner, _("For me"))]
    rows += [_person(each, each.known.get(Use.BIRTH_YEAR, "")) for each in known if not each.is_owner]
    text = _("A child, a parent, somebody without a phone")
    if len(known) >= MAX_PEOPLE:
        text = _("Eight people are remembered here. Somebody else is not remembered until you remove one.")
    return (*rows, Row(_("For somebody else"), text, f"/declare/for/{NEW}"))


def _person(person: Person, text: str) -> Row:
    return Row(person.name or text, text, f"/declare/for/{person.number}", number=person.number)


def forms(offered: Sequence[Form], slot: str, drafts: Sequence[Draft], language: Translator) -> tuple[Row, ...]:
    """Return the forms that may be filled in for somebody; those that were begun say so."""
    begun = {each.form for each in drafts if each.slot == slot}
    _ = language.gettext
    return tuple(
        Row(
            said(each.title, language.code),
            _("You have begun this one. Your answers are there.")
            if each.form in begun
            else said(each.intro, language.code),
            f"/declare/for/{slot}/{each.form}",
            "list",
        )
        for each in offered
    )


def declared(rows: Sequence[StoredDeclaration], titles: Mapping[str, str], language: Translator) -> tuple[Row, ...]:
    """Return what was declared, newest first."""
    return tuple(
        Row(
            each.person or titles.get(each.form) or language.gettext("How you are"),
            f"{format_day(dt.date.fromisoformat(each.day), language.language)} · {state(each, language)}",
            f"/declare/{each.number}",
            "check" if _tone(each) is Tone.SAFE else "alert",
            _tone(each),
        )
        for each in rows
    )


def _tone(row: StoredDeclaration) -> Tone:
    if row.refusal:
        return Tone.ACT
    return Tone.SAFE if row.stage is Stage.SENT and not row.next and not row.confirm else Tone.WATCH


def state(row: StoredDeclaration, language: Translator) -> str:
    """Say in one line what has become of a declaration."""
    _ = language.gettext
    if row.refusal:
        return _refused(row, language)
    if row.next is Next.WITHDRAW:
        return _("is withdrawn as soon as this phone has internet")
    if row.next is Next.CONFIRM:
        return _("waits for the code to be sent, as soon as this phone has internet")
    if row.next is Next.CORRECT:
        return _("your correction is sent as soon as this phone has internet")
    if row.stage is Stage.WAITING:
        return _("is sent by itself as soon as this phone has internet")
    return _("waits for your number to be confirmed") if row.confirm else _("has arrived at your health station")


def _refused(row: StoredDeclaration, language: Translator) -> str:
    _ = language.gettext
    match row.refusal:
        case HealthDeclarationRefusal.LINK_UNKNOWN:
            return _("was not taken: the code is not in force. If you are released, this is as it should be.")
        case HealthDeclarationRefusal.TOO_MANY:
            return _("was not taken: very many came of this number today. Please call your health station.")
        case HealthDeclarationRefusal.RECEIPT_UNKNOWN:
            return _("is not at your health station any more: it was withdrawn, or its days are over.")
        case HealthDeclarationRefusal.FORM_UNKNOWN | HealthDeclarationRefusal.DAY:
            return _("was not taken: this form is not in use any more. Please fill it in anew.")
    return _("was not taken. Please correct it, or call your health station.")


#: health stations remind of the daily declaration from then on
ASKED_BEFORE_HOUR = 12


def is_declared(rows: Iterable[StoredDeclaration], today: str) -> bool:
    """Tell whether the daily declaration of a day (YYYY-MM-DD) is under way or has arrived."""
    return any(each.link and each.day == today and each.stage is not Stage.REFUSED for each in rows)


def days(link: Link, today: dt.date, language: Translator) -> str:
    """Return which day of the isolation it is, and which is the last; nothing where the authority has not said."""
    if not link.since or not link.until:
        return ""
    since, until = dt.date.fromisoformat(link.since), dt.date.fromisoformat(link.until)
    if today > until:
        return language.gettext("Your isolation ended on {day}.").format(day=format_day(until, language.language))
    return language.gettext("Day {n} of {days}; the last is {day}.").format(
        n=language.number(max(1, (today - since).days + 1)),
        days=language.number((until - since).days + 1),
        day=format_day(until, language.language),
    )


def answers_of(stored: Mapping[str, Answer]) -> Answers:
    """Return stored answers as forms read them."""
    return {name: each if isinstance(each, str) else tuple(each) for name, each in stored.items()}


def result(form: Form, stored: Mapping[str, Answer], code: str, confirm: str = "") -> Result:
    """Return what the answers lead to, in the language `code`. The phone decides by itself, without a network;
    `confirm`: how the number is to be confirmed before anybody calls, or that it was `refused`."""
    outcome = triage(form, answers_of(stored))
    level, wanted = outcome.level, "code" if confirm == WRONG_CODE else confirm
    title, text = advice(form, level, code, unconfirmed=wanted)
    return Result(level, _TONES[level], title, text, outcome.reasons(code))


def carried_text(left_out: int, language: Translator) -> str:
    """Say that a draft was begun with an earlier version of its form."""
    if not left_out:
        return language.gettext("This form has been renewed since you began. All your answers are kept.")
    text = language.ngettext(
        "This form has been renewed since you began. {n} answer did not fit and is asked anew.",
        "This form has been renewed since you began. {n} answers did not fit and are asked anew.",
        left_out,
    )
    return text.format(n=language.number(left_out))


# --- passes -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """Hold a pass as it is drawn; `qr` is None for one that has run out: it is not shown any more."""

    colour: str
    icon: str
    name: str
    means: str
    number: str
    place: str
    issued: str
    until: str
    qr: Qr | None


def good_pass(row: StoredDeclaration, now_s: float) -> Pass | None:
    """Return the pass that came of a declaration, if it can be shown now."""
    found = _pass_of(row)
    return found if found is not None and now_s < found.valid_until_s else None


def _pass_of(row: StoredDeclaration) -> Pass | None:
    """Return the pass that the authority gave; None for none, and for what this program cannot read."""
    try:
        return unverified_pass(row.pass_text) if row.pass_text else None
    except ProtocolError:
        return None


def pass_card(row: StoredDeclaration, now_s: float, code: str, language: Translator) -> Card | None:
    """Return what the pass of a declaration shows, in the language `code`; None where it has none."""
    found = _pass_of(row)
    if found is None:
        return None
    colour, commune, good = found.colour.name.lower(), commune_of(found.commune), now_s < found.valid_until_s
    return Card(
        colour if good else "grey",
        _PASS_ICONS[found.colour] if good else "clock",
        words.say(code, f"pass_{colour}") if good else "",
        words.say(code, f"pass_{colour}_means") if good else "",
        found.pseudonym,
        commune.full_name if commune else "",
        _moment(found.issued_at_s, language),
        _moment(found.valid_until_s, language),
        qr_of(row.pass_text) if good else None,
    )


def passes(rows: Iterable[StoredDeclaration], now_s: float, code: str, language: Translator) -> tuple[Row, ...]:
    """Return the passes that are good now."""
    found = []
    for each in rows:
        if (good := good_pass(each, now_s)) is not None:
            colour, until = good.colour, _moment(good.valid_until_s, language)
            name = words.say(code, f"pass_{colour.name.lower()}")
            text = language.gettext("{colour}, until {moment}").format(colour=name, moment=until)
            href = f"/declare/{each.number}/pass"
            found.append(Row(each.person, text, href, _PASS_ICONS[colour], _PASS_TONES[colour]))
    return tuple(found)


def _moment(at_s: float, language: Translator) -> str:
    """Return a moment as `20/8, 7:15`."""
    at = language.local(at_s)
    return f"{at.day}/{at.month}, {at.hour}:{at.minute:02d}"
