"""Name apps, answers, posts and shifts in the reader's language, and give the telephone's page its texts."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bluezone.authority.door.rules import App, Kind, Post, Shift


def app_name(app: App) -> str:
    """Return an app's own name."""
    return {App.BLUEZONE: "Bluezone", App.NCOVI: "NCOVI"}[app]


def answer_name(kind: Kind) -> str:
    """Return the word on an answer's button."""
    return {
        Kind.HAD: pgettext("a guest's answer", "Has it"),
        Kind.HELPED: pgettext("a guest's answer", "Installed now"),
        Kind.REFUSED: pgettext("a guest's answer", "Does not want it"),
    }[kind]


def post_name(post: str) -> str:
    """Return a post's name: a function at the unit."""
    return {
        Post.RECEPTION: _("Reception"),
        Post.GATE: _("Gate, main door"),
        Post.TILL: _("Till"),
        Post.TICKETS: _("Ticket counter"),
        Post.WAITING: _("Waiting room"),
        Post.DINING: _("Dining room"),
        Post.STALLS: _("Stalls, shops"),
        Post.OFFICE: _("Management office"),
        Post.OTHER: _("Elsewhere"),
    }[Post(post)]


def shift_name(shift: str) -> str:
    """Return a shift's name."""
    return {
        Shift.MORNING: _("morning shift"),
        Shift.AFTERNOON: _("afternoon shift"),
        Shift.EVENING: _("evening shift"),
        Shift.NIGHT: _("night shift"),
    }[Shift(shift)]


def posts() -> list[tuple[str, str]]:
    """Return the posts to choose from."""
    return [(post.value, post_name(post)) for post in Post]


def shifts() -> list[tuple[str, str]]:
    """Return the shifts to choose from."""
    return [(shift.value, shift_name(shift)) for shift in Shift]


def page_texts() -> dict[str, object]:
    """Return what the telephone's page says by script. `{n}`, `{time}`, `{date}`, `{what}` are filled there; of two
    forms the second is for more than one."""
    return {
        "code": _("code {what}"),
        "asked_none": _("nobody asked yet"),
        "asked": [_("{n} guest asked"), _("{n} guests asked")],
        "sent": _("All sent"),
        "sent_at": _("at {time}"),
        "idle": _("Ready"),
        "idle_more": _("No answer yet today."),
        "sending": _("Sending"),
        "sending_more": [_("{n} answer on its way"), _("{n} answers on their way")],
        "offline": _("No network: go on counting"),
        "offline_none": _("Answers wait on this phone."),
        "offline_more": [
            _("{n} waits on this phone, sent later by itself"),
            _("{n} wait on this phone, sent later by themselves"),
        ],
        "refused": _("The server does not take it yet"),
        "refused_more": [_("{n} waits. Load the page anew."), _("{n} wait. Load the page anew.")],
        "clock": _("The clock of this phone is wrong. Every answer is filed under its right day all the same."),
        "no_store": _("This phone keeps nothing when the page is closed. Wait for “All sent” before you close it."),
        "pressed": _("Pressed: {what}"),
        "undone": _("Taken back: {what}"),
        "nothing": _("Nothing to take back"),
        "hung": _("The poster hangs since {date}"),
        "gone": _("The poster does not hang since {date}"),
        "unknown": _("Does the poster hang?"),
        "hung_help": _("Guests scan it themselves."),
        "gone_help": _("Hang it up at eye level."),
        "it_hangs": _("It hangs"),
        "it_is_gone": _("It is gone"),
        "ended": _("This link counts no more"),
        "ended_more": _("ended on {date}: ask for a new paper"),
        "ends": _("This link is good until {date}."),
        "waiting_still": [
            _("{n} answer is not sent yet. Wait for the network first."),
            _("{n} answers are not sent yet. Wait for the network first."),
        ],
        "entries": {
            "neither": _("This is neither a telephone number nor a pass."),
            "no_key": _("This phone has no key of today yet. Connect it once."),
            "taken": _("Noted, encrypted."),
            "none": _("No entry yet today."),
            "today": [_("{n} entry today on this phone."), _("{n} entries today on this phone.")],
            "waiting": [_("{n} waits for the network."), _("{n} wait for the network.")],
            "camera_refused": _("The camera is not allowed. Allow it in the browser, or type the number."),
        },
        "forgotten": _("Forgotten on this phone. To count again, scan the paper of your unit."),
    }
