"""Present questions and answers."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from dataclasses import dataclass

from bluezone.i18n import Translator


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    answer: str


def answers(language: Translator) -> tuple[Answer, ...]:
    _ = language.gettext
    pairs = (
        (
            _("Who sees whom I have met?"),
            _("Nobody. The notes are on this phone alone, and even there they are random numbers without names."),
        ),
        (
            _("Does it know where I am?"),
            _(
                "No. It uses neither satellites nor the network to find your place. Bluetooth tells it only that another phone is near. Your commune it knows only if you chose it yourself."
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
                "Your health station gives you a code. Enter it under “I have a code”. You are asked before anything is shared."
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
            _("To spare it, Bluezone listens a few seconds a minute and sends very short signals."),
        ),
        (
            _("Why is this phone counted, and must it be?"),
            _(
                "So that your commune knows how many take part, and where help is needed. Once a day a random number is sent, and with the first time the kind and version of the app and, if you gave them, your commune and poster code. You can say no in the settings: you are protected all the same."
            ),
        ),
        (
            _("What happens with my telephone number?"),
            _(
                "Only if you leave it: your health authority sends urgent advice for your commune to it as a text message. It is tied neither to your contacts nor to a test, and you can delete it in the settings."
            ),
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
