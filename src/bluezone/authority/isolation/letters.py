"""Issue letters of a stay and draw them as PDF: the order to isolate, the release. No name is in them: it is written by
hand. A QR code leads to a page that says whether the letter is genuine and of which days it speaks, and of nobody."""

from __future__ import annotations

import datetime as dt
import secrets
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from bluezone.authority.isolation import private, protocol_store
from bluezone.authority.isolation.models import Letter, Stay
from bluezone.authority.isolation.pages import where_of
from bluezone.authority.isolation.rules import RELEASED, Ending, IsolationError, Where, last_day
from bluezone.authority.officers.letterheads import letterhead_of, unit_place
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.i18n import Language, format_date, format_long_date
from bluezone.protocol import one_time_codes
from bluezone.protocol.one_time_codes import groups
from bluezone.rollout.documents import OFFICIAL_FONTS, poster_qr_svg, typeset
from bluezone.rollout.letterhead import MOTTO

#: letters of a letter's code: nobody finds a letter that was issued by trying
CODE_LENGTH = 16


@transaction.atomic
def issue(stay: Stay, kind: Letter.Kind, officer: User, now: dt.datetime) -> Letter:
    """Issue a letter; one of the same kind before it is withdrawn. Raises IsolationError for one that cannot be now."""
    stay = Stay.objects.select_for_update(of=("self",)).get(pk=stay.pk)
    if kind is Letter.Kind.ORDER and stay.ended_on is not None:
        raise IsolationError(gettext_noop("this stay has ended already: look again"))
    if kind is Letter.Kind.RELEASE and (stay.ended_on is None or Ending(stay.ending) not in RELEASED):
        raise IsolationError(gettext_noop("release the person first, then issue the letter"))
    stay.letters.filter(kind=kind, withdrawn_at=None).update(withdrawn_at=now)
    return Letter.objects.create(
        code=one_time_codes.draw_long(CODE_LENGTH, secrets.randbelow),
        stay=stay,
        kind=kind,
        issued_at=now,
        issued_by=officer,
        office=unit_place(officer.place),
        since=stay.since,
        until=last_day(stay.until, stay.ended_on),
    )


def find(code: str) -> Letter | None:
    """Return the letter of a code, however it was typed; None for none of ours."""
    read = one_time_codes.read_code(code)
    return Letter.objects.filter(code=read.text).first() if read.kind is one_time_codes.Kind.LONG else None


def pdf(letter: Letter, stay: Stay, confirm_at: str, declare_at: str) -> bytes:
    """Draw a letter, in Vietnamese. `confirm_at`: where its code is confirmed; `declare_at`: the stay's own link, which
    stands on an order. Raises DocumentError."""
    with translation.override("vi"):
        return typeset(_source(), _data(letter, stay, confirm_at, declare_at), clock.date_of(letter.issued_at))


def _source() -> bytes:
    return resources.files("bluezone.authority.isolation").joinpath("letter.typ").read_bytes()


def _data(letter: Letter, stay: Stay, confirm_at: str, declare_at: str) -> dict[str, Any]:
    day = clock.date_of(letter.issued_at)
    head = letterhead_of(letter.office, day)
    is_order = letter.kind == Letter.Kind.ORDER
    codes = [_code(confirm_at, gettext("To see that this letter is genuine"), letter.code)]
    if is_order:
        codes.append(_code(declare_at, gettext("To declare each day how you are"), private.link_of(stay)))
    return {
        "language": Language.VIETNAMESE.value,
        "fonts": OFFICIAL_FONTS,
        "title": gettext("ORDER TO ISOLATE") if is_order else gettext("RELEASE FROM ISOLATION"),
        "above": head.above.split("\n") if head.above else [],
        "body": head.body.split("\n"),
        "motto": MOTTO,
        "place_and_date": f"{head.place}, {format_long_date(day, Language.VIETNAMESE)}",
        "lines": [{"name": name, "text": text} for name, text in _lines(letter, stay, day)],
        "paragraphs": _order_text(stay) if is_order else _release_text(stay),
        "codes": codes,
        "signs_for": head.signs_for,
        "signer": head.signer,
        "foot": gettext("Questions? Call %(number)s.") % {"number": head.hotline},
    }


def _lines(letter: Letter, stay: Stay, day: dt.date) -> list[tuple[str, str]]:
    dots = "." * 60
    person = stay.person.pseudonym if stay.person else gettext("Stay %(number)s") % {"number": stay.pk}
    where = where_of(stay, day) + (f", {gettext('bed %(number)s') % {'number': stay.bed.number}}" if stay.bed else "")
    return [
        (gettext("Full name (by hand)"), dots),
        (gettext("Year of birth (by hand)"), dots),
        (gettext("Our sign"), person),
        (gettext("Where"), where),
        (gettext("First day"), format_date(letter.since, Language.VIETNAMESE)),
        (gettext("Last day"), format_date(letter.until, Language.VIETNAMESE)),
    ]


def _order_text(stay: Stay) -> list[str]:
    protocol = protocol_store.by_name(stay.protocol)
    tests = ", ".join(str(day) for day in protocol.test_days) if protocol else ""
    stays = (
        gettext("Please stay at home in a room of your own until the last day, and do not receive visitors.")
        if stay.where is Where.HOME
        else gettext("Please stay at the site until the last day.")
    )
    return [
        gettext("You may have been near somebody with COVID-19, or came from an area with an outbreak.") + " " + stays,
        gettext("Please declare each day before 12:00 how you are: by the app, by the link, or when we call you.")
        + (" " + gettext("Tests are taken on day %(days)s.") % {"days": tests} if tests else ""),
        gettext("If breathing is hard or your chest hurts, call 115 at once, then us."),
        gettext("The Bluezone app helps to find contacts. To install it is your own choice."),
    ]


def _release_text(stay: Stay) -> list[str]:
    protocol = protocol_store.by_name(stay.protocol)
    text = gettext("Whoever has this letter has been in isolation on the days above, and is released. Thank you.")
    if protocol is None or not protocol.watch_days or stay.ending != Ending.DONE:
        return [text]
    watch = gettext("For %(days)s more days please watch your health at home, wear a mask, and call us with symptoms.")
    return [text, watch % {"days": protocol.watch_days}]


def _code(address: str, text: str, code: str) -> dict[str, str]:
    alt = gettext("QR code that leads to %(address)s") % {"address": address}
    return {"qr": poster_qr_svg(address), "alt": alt, "text": text, "code": " ".join(groups(code))}
