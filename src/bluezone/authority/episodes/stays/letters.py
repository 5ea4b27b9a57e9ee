"""Issue letters of stays and draw them as PDF: orders to isolate, one or many signed at once, and releases. Names are
filled in when a letter is drawn, of whom the reader's shift opens, and stored with none; else they are written by hand.
A QR code leads to a page that says whether the letter is genuine and of which days it speaks, and of nobody."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from bluezone.authority.episodes.models import Letter, Stay
from bluezone.authority.episodes.stays import presenters, protocols, services
from bluezone.authority.episodes.stays.rules import RELEASED, Ending, IsolationError, last_day
from bluezone.authority.episodes.words import Role, StayKind
from bluezone.authority.officers.letterheads import letterhead_of, unit_place
from bluezone.authority.officers.models import User
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.language import page_language
from bluezone.geography.country import country
from bluezone.i18n import format_date, format_long_date
from bluezone.protocol import one_time_codes
from bluezone.protocol.one_time_codes import groups
from bluezone.rollout.documents import OFFICIAL_FONTS, poster_qr_svg, typeset
from bluezone.rollout.texts import own_language

#: letters of a letter's code: nobody finds a letter that was issued by trying
CODE_LENGTH = 16
#: orders that are signed at once
MOST_AT_ONCE = 100
ORDER, RELEASE = "order", "release"
#: what is read with a letter to draw it
RELATED = ("stay__episode__person", "stay__organisation", "stay__bed")


@transaction.atomic
def issue(stay: Stay, kind: str, officer: User, now: dt.datetime, act: uuid.UUID | None = None) -> Letter:
    """Issue a letter; one of the same kind before it is withdrawn. Raises IsolationError for one that cannot be now: a
    release against what was missing waits for the second officer."""
    related = ("episode__person", "organisation", "bed")
    stay = Stay.objects.select_for_update(of=("self",)).select_related(*related).get(pk=stay.pk)
    if kind == ORDER and stay.ended_on is not None:
        raise IsolationError(gettext_noop("this stay has ended already: look again"))
    if kind == RELEASE and (stay.ended_on is None or Ending(stay.ending) not in RELEASED):
        raise IsolationError(gettext_noop("release the person first, then issue the letter"))
    if kind == RELEASE and stay.needs_second and stay.agreed_by_id is None:
        raise IsolationError(gettext_noop("something was missing at this release: a second officer must agree first"))
    stay.letters.filter(kind=kind, withdrawn_at=None).update(withdrawn_at=now)
    letter = Letter.objects.create(
        code=one_time_codes.draw_long(CODE_LENGTH, secrets.randbelow),
        stay=stay,
        kind=kind,
        act=act,
        issued_at=now,
        issued_by=officer,
        office=unit_place(officer.place),
        since=stay.since,
        until=last_day(stay.until, stay.ended_on),
    )
    services.settle(stay, now, officer)
    return letter


@transaction.atomic
def issue_orders(stays: Sequence[Stay], officer: User, now: dt.datetime) -> list[Letter]:
    """Issue the orders of chosen people as one act: all of them or none. Raises IsolationError."""
    if not stays:
        raise IsolationError(gettext_noop("choose the people whose orders are signed"))
    if len(stays) > MOST_AT_ONCE:
        raise IsolationError(gettext_noop("at most {most} orders are signed at once"), most=MOST_AT_ONCE)
    act = uuid.uuid4()
    return [issue(stay, ORDER, officer, now, act) for stay in stays]


def find(code: str) -> Letter | None:
    """Return the letter of a code, however it was typed; None for none of ours."""
    read = one_time_codes.read_code(code)
    return Letter.objects.filter(code=read.text).first() if read.kind is one_time_codes.Kind.LONG else None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Hold what letters are drawn with: the address at which a letter's code is confirmed, and that of a link, which
    stands on an order."""

    confirm_at: Callable[[str], str]
    declare_at: Callable[[str], str]


def pdf(letters: Sequence[Letter], drawing: Drawing) -> bytes:
    """Draw letters, each as its office issued it, in the country's language; before those of one act a page that lists
    them. Raises DocumentError."""
    with translation.override(own_language().value):
        first = letters[0]
        is_act = first.act is not None and {each.act for each in letters} == {first.act}
        data: dict[str, Any] = {
            "language": own_language().value,
            "fonts": OFFICIAL_FONTS,
            "title": _title(first),
            "motto": list(country().papers.motto[own_language()]),
            "act": _act(letters) if is_act else None,
            "letters": [_letter(each, drawing) for each in letters],
        }
        source = resources.files("bluezone.authority.episodes.stays").joinpath("letter.typ").read_bytes()
        return typeset(source, data, clock.date_of(max(each.issued_at for each in letters)))


def _frame(letter: Letter) -> dict[str, Any]:
    """Return how a letter's page is headed and signed."""
    day = clock.date_of(letter.issued_at)
    head = letterhead_of(letter.office, day)
    return {
        "above": head.above.split("\n") if head.above else [],
        "body": head.body.split("\n"),
        "place_and_date": f"{head.place}, {format_long_date(day, own_language())}",
        "signs_for": head.signs_for,
        "signer": head.signer,
        "foot": gettext("Questions? Call %(number)s.") % {"number": head.hotline},
        "title": _title(letter),
    }


def _title(letter: Letter) -> str:
    return gettext("ORDER TO ISOLATE") if letter.kind == ORDER else gettext("RELEASE FROM ISOLATION")


def _act(letters: Sequence[Letter]) -> dict[str, Any]:
    day = clock.date_of(letters[0].issued_at)
    names = [gettext("No."), gettext("Our sign"), gettext("Where"), gettext("First day"), gettext("Last day")]
    rows = [
        [
            str(at),
            " · ".join(dict.fromkeys((_sign(each.stay), each.stay.episode.called))),
            _where(each.stay, day),
            format_date(each.since, own_language()),
            format_date(each.until, own_language()),
        ]
        for at, each in enumerate(letters, 1)
    ]
    text = gettext("The %(count)s people of this list are to isolate; each gets the order that follows it.")
    return _frame(letters[0]) | {"text": text % {"count": len(letters)}, "names": names, "rows": rows}


def _letter(letter: Letter, drawing: Drawing) -> dict[str, Any]:
    stay, person, dots = letter.stay, letter.stay.episode.person, "." * 60
    who = (person.identity if person is not None else None) or Identity()
    born = str(who.birth_year) if who.birth_year else ""
    lines = (
        (gettext("Full name") if who.name else gettext("Full name (by hand)"), who.name or dots),
        (gettext("Year of birth") if born else gettext("Year of birth (by hand)"), born or dots),
        (gettext("Our sign"), _sign(stay)),
        (gettext("Where"), _where(stay, clock.date_of(letter.issued_at))),
        (gettext("First day"), format_date(letter.since, own_language())),
        (gettext("Last day"), format_date(letter.until, own_language())),
    )
    codes = [_code(drawing.confirm_at(letter.code), gettext("To see that this letter is genuine"), letter.code)]
    if letter.kind == ORDER:
        link = stay.episode.link_code
        codes.append(_code(drawing.declare_at(link), gettext("To declare each day how you are"), link))
    return _frame(letter) | {
        "lines": [{"name": name, "text": text} for name, text in lines],
        "paragraphs": _order_text(stay) if letter.kind == ORDER else _release_text(stay),
        "codes": codes,
    }


def _sign(stay: Stay) -> str:
    """Return the office's own sign of who is in a stay, which names nobody."""
    return stay.episode.person.pseudonym if stay.episode.person is not None else stay.episode.called


def _where(stay: Stay, day: dt.date) -> str:
    return ", ".join(filter(None, (presenters.where_of(stay, day), presenters.spot_text(stay))))


def _order_text(stay: Stay) -> list[str]:
    protocol = protocols.by_name(stay.protocol)
    declare = gettext("Please declare each day before 12:00 how you are: by the app, by the link, or when we call you.")
    if protocol is not None and protocol.checks_a_day > 1:
        declare = gettext(
            "Please declare in the morning and in the evening how you are, temperature and oxygen: by the app, by the "
            "link, or when we call you."
        )
    if protocol is not None and protocol.test_days:
        tests = ", ".join(map(str, protocol.test_days))
        declare += " " + gettext("Tests are taken on day %(days)s.") % {"days": tests}
    texts, language = disease().texts, page_language()
    why = texts["case" if stay.episode.role == Role.F0 else "contact"][language]
    stays = {
        StayKind.HOME: gettext(
            "Please stay at home in a room of your own until the last day, and receive no visitors."
        ),
        StayKind.SITE: gettext("Please stay at the site until the last day."),
        StayKind.HOSPITAL: gettext("Please stay in the hospital until its doctors let you go."),
    }[StayKind(stay.kind)]
    return [
        f"{why} {stays}",
        declare,
        texts["help"][language],
        gettext("The Bluezone app helps to find contacts. To install it is your own choice."),
    ]


def _release_text(stay: Stay) -> list[str]:
    protocol = protocols.by_name(stay.protocol)
    texts = [gettext("Whoever has this letter has been in isolation on the days above, and is released. Thank you.")]
    if bytes(stay.reason):
        try:
            reason = stay.unsealed("reason")
            texts.append(gettext("A physician's reason for this release: %(reason)s") % {"reason": reason})
        except LostKeyError:
            pass
    if protocol is not None and protocol.watch_days and stay.ending == Ending.DONE:
        watch = gettext(
            "For %(days)s more days please watch your health at home, wear a mask, and call us with symptoms."
        )
        texts.append(watch % {"days": protocol.watch_days})
    return texts


def _code(address: str, text: str, code: str) -> dict[str, str]:
    alt = gettext("QR code that leads to %(address)s") % {"address": address}
    return {"qr": poster_qr_svg(address), "alt": alt, "text": text, "code": " ".join(groups(code))}
