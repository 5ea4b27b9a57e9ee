"""Present what the phone has told its owner, the newest first: warnings, news, and what happened to the phone
itself."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bluezone.i18n import Translator
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.stores.documents import Received
from bluezone.phone.stores.preference_store import Sharing
from bluezone.phone.web.presenters.common import Tone
from bluezone.phone.web.presenters.diary import warning_title
from bluezone.phone.web.presenters.exposure import day_of, story
from bluezone.protocol.documents import Fault
from bluezone.protocol.news import NewsItem

_SHORT = 140


@dataclass(frozen=True, slots=True)
class Notice:
    """Hold one notice. `lang`: of title and text, where it is not the language of the screens."""

    at_s: float
    tone: Tone
    title: str
    text: str
    when: str
    href: str
    unread: bool
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """Hold one piece of news with all it says."""

    kind: str
    title: str
    paragraphs: tuple[str, ...]
    when: str
    until: str
    lang: str


def notices(facts: PhoneFacts, language: Translator) -> tuple[Notice, ...]:
    found = sorted([*_of_phone(facts, language), *_news(facts, language)], key=lambda notice: -notice.at_s)
    return tuple(found)


def unread(facts: PhoneFacts, language: Translator) -> int:
    return sum(notice.unread for notice in notices(facts, language))


def news_problem(facts: PhoneFacts, language: Translator) -> str:
    """Say why there may be news that are not shown; "" where all is well."""
    _ = language.gettext
    if not facts.news_fault:
        return ""
    texts: dict[str, str] = {
        Fault.UNTRUSTED: _(
            "News came that were not signed by your health authority. They were not taken: somebody on the way may have changed them. Nothing of yours is in danger."
        ),
        Fault.STALE: _(
            "The newest news are old. Perhaps the connection here holds back what is new: please try another one."
        ),
        Fault.TOO_LARGE: _("News came that were far too long to be real. They were not taken."),
        Fault.ELSEWHERE: _("News came that are for another place. They were not taken."),
        Fault.MALFORMED: _(
            "The news could not be read. Perhaps this network wants you to log in first. Bluezone tries again by itself."
        ),
    }
    return texts.get(facts.news_fault, _("The news could not be read. Bluezone tries again by itself."))


def whole(received: Received, now_s: float, language: Translator) -> Whole:
    item, lang = received.item, _language_of(received.item, language)
    return Whole(
        kind=_kind(item, language),
        title=item.title[lang],
        paragraphs=tuple(line.strip() for line in item.text[lang].splitlines() if line.strip()),
        when=language.moment(item.published_at_s, now_s),
        until=language.date(item.valid_until_s),
        lang=lang,
    )


def _news(facts: PhoneFacts, language: Translator) -> Iterator[Notice]:
    for received in facts.news:
        item, lang = received.item, _language_of(received.item, language)
        text = " ".join(item.text[lang].split())
        yield Notice(
            at_s=received.first_at_s,
            tone=Tone.CALM,
            title=item.title[lang],
            text=text if len(text) <= _SHORT else text[: _SHORT - 1].rsplit(" ", 1)[0] + "…",
            when=f"{_kind(item, language)} · {language.moment(item.published_at_s, facts.now_s)}",
            href=f"/news/{item.id}",
            unread=received.first_at_s > facts.choices.notices_seen_at_s,
            lang="" if lang == language.code else lang,
        )


def _language_of(item: NewsItem, language: Translator) -> str:
    return language.code if language.code in item.title else "vi"


def _kind(item: NewsItem, language: Translator) -> str:
    return language.gettext("Advice") if item.kind == "advice" else language.gettext("News")


def _of_phone(facts: PhoneFacts, language: Translator) -> Iterator[Notice]:
    _, seen_s = language.gettext, facts.choices.notices_seen_at_s
    found: list[tuple[float, Tone, str, str, str]] = []
    for alert in facts.alerts:
        if alert.withdrawn_at_s is None:
            text, step = story(alert, language)
            title = _("You may have been near a confirmed case")
            found.append((alert.created_at_s, Tone.ACT, title, text, step.href))
        else:
            date = day_of(alert, language)
            text = _("The warning for {date} no longer stands: the result was corrected. You need do nothing.")
            found.append((alert.withdrawn_at_s, Tone.SAFE, _("A warning was taken back"), text.format(date=date), ""))
    for alert in facts.watch_alerts:
        text = _("This was on {date}. Tap to see what to do.").format(date=day_of(alert, language))
        title = _("You may have been near a contact (F1)")
        found.append((alert.created_at_s, Tone.WATCH, title, text, f"/watch/{alert.day_start_s}"))
    for place in facts.place_alerts:
        text = _("{place}, on {date}. Tap to see what to do.").format(
            place=place.description, date=language.date(place.came_at_s)
        )
        found.append(
            (place.created_at_s, Tone.ACT, warning_title(place, language), text, f"/diary/{place.visit}/warning")
        )
    choices = facts.choices
    if choices.published_at_s is not None:
        tone, title = Tone.CALM, _("Thank you for sharing")
        text = _("The people you met are being warned, and do not learn who you are.")
        if choices.sharing == Sharing.OTHER_TIME:
            tone, title = Tone.WATCH, _("This phone's date was not right")
            text = _("What you shared was taken, but people you met may not be warned. Your health station can help.")
        found.append((choices.published_at_s, tone, title, text, "/positive"))
    if choices.database_set_aside_at_s is not None:
        text = _("A file was damaged. It was set aside and a clean one begun. Contacts noted before may be missing.")
        found.append((choices.database_set_aside_at_s, Tone.WATCH, _("This phone had to start anew"), text, ""))
    for at_s, tone, title, text, href in found:
        yield Notice(at_s, tone, title, text, language.moment(at_s, facts.now_s), href, at_s > seen_s)
