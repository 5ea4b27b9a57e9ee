"""Longer texts: the steps of the welcome, questions and answers, what is sent with a publication."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from dataclasses import dataclass

from bluezone.phone.web.language import Language


@dataclass(frozen=True, slots=True)
class WelcomeStep:
    icon: str
    title: str
    text: str
    points: tuple[str, ...]


def welcome(language: Language) -> tuple[WelcomeStep, ...]:
    """Four screens, one thought each."""
    _ = language.gettext
    return (
        WelcomeStep(
            "rings",
            _("Know early if you were near a case"),
            _(
                "When two phones with Bluezone meet, each notes that it met the other. If one owner later tests positive, the other can be warned."
            ),
            (
                _("It costs nothing and works without internet most of the time."),
                _("The more neighbours join, the sooner each is warned."),
            ),
        ),
        WelcomeStep(
            "lock",
            _("Your contacts stay on this phone"),
            _("Phones exchange random numbers that change every ten minutes."),
            (
                _("No name, no place, no list of people is noted."),
                _("Nothing leaves this phone unless you say yes."),
                _("After 14 days everything is deleted by itself."),
            ),
        ),
        WelcomeStep(
            "bluetooth",
            _("Bluezone needs Bluetooth"),
            _(
                "Only Bluetooth, to notice phones within a few metres. It does not ask where you are, and does not read your contacts or pictures."
            ),
            (_("To spare the battery it listens four seconds a minute."), _("You can pause it at any time.")),
        ),
        WelcomeStep(
            "check",
            _("Shall Bluezone start?"),
            _("With your yes, this phone begins to notice others and to be noticed."),
            (
                _("If you are warned, only you see it."),
                _("If you test positive, you decide whether others are warned."),
                _("You can delete everything at any time in the settings."),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    answer: str


def answers(language: Language) -> tuple[Answer, ...]:
    _ = language.gettext
    pairs = (
        (
            _("Who sees whom I have met?"),
            _("Nobody. The notes are on this phone alone, and even there they are random numbers without names."),
        ),
        (
            _("Does it know where I am?"),
            _(
                "No. It uses neither satellites nor the network to find your place. Bluetooth tells it only that another phone is near."
            ),
        ),
        (
            _("How does it know that someone was near?"),
            _(
                "By how strong the other phone is heard. That is an estimate: bodies and walls weaken the signal. This is why a warning says how sure it is."
            ),
        ),
        (
            _("When am I warned?"),
            _(
                "When you were near someone who tested positive, for long enough, and that person agreed to share. One short moment does not count."
            ),
        ),
        (
            _("I was warned. Am I ill?"),
            _(
                "Not necessarily. A warning says that you may have been near a case. Call your health station; they decide with you what comes next."
            ),
        ),
        (
            _("I tested positive. What do I do?"),
            _(
                "Your health station gives you a code of 8 digits. Enter it under “I have a code”. You are asked before anything is shared."
            ),
        ),
        (
            _("What is shared then?"),
            _(
                "The random numbers this phone sent in the last 14 days, for others to compare. Not your name, not your number, not whom you met."
            ),
        ),
        (
            _("Why is the number of phones only “about”?"),
            _(
                "Because phones change their random number every ten minutes, so that nobody can follow them. Bluezone itself can only estimate which belonged together."
            ),
        ),
        (
            _("Does it work without internet?"),
            _("Yes. It needs the internet for a minute every day or two, to fetch the list of the health authority."),
        ),
        (
            _("What about the battery?"),
            _("To spare it, Bluezone listens four seconds a minute and sends very short signals."),
        ),
        (
            _("How do I delete everything?"),
            _("In the settings, under “Delete everything”. It happens at once and cannot be undone."),
        ),
        (
            _("Why was the chat assistant of the first Bluezone left out?"),
            _("A warning needs a person. The hotline and your health station answer your questions."),
        ),
    )
    return tuple(Answer(*pair) for pair in pairs)
