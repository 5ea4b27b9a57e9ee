"""Decide by a form's rules what a declaration leads to, with the reason of each rule that holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.forms.conditions import Answers, holds
from bluezone.forms.definition import Form, Level, Rule, said
from bluezone.forms.words import say


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold the level, and the rules that gave it: those of the level first, then milder ones."""

    level: Level
    rules: tuple[Rule, ...] = ()

    def reasons(self, language: str) -> tuple[str, ...]:
        """Return the reasons in a language."""
        return tuple(said(rule.reason, language) for rule in self.rules)


def triage(form: Form, answers: Answers) -> Outcome:
    """Return the most urgent level of the rules that hold, and all of these; advice where none holds."""
    found = [rule for rule in form.triage if holds(rule.when, answers, form.nones)]
    found.sort(key=lambda rule: -rule.level.rank)  # stable: the form's order within a level
    return Outcome(found[0].level if found else Level.ADVICE, tuple(found))


def advice(form: Form, level: Level, language: str, *, unconfirmed: str = "") -> tuple[str, str]:
    """Return what somebody is to do, as a title and a text. `unconfirmed`: nobody is called before the number is
    confirmed, by `code` or, where no message can be sent, by a `call` of the person's own; `refused`: not at all."""
    title, text = say(language, f"level_{level.value}"), said(form.outcomes[level], language)
    if not unconfirmed or level is Level.ADVICE:
        return title, text
    text = say(language, f"unconfirmed_{unconfirmed}")
    if level is Level.URGENT:
        return title, f"{say(language, 'call_115_now')} {text}"
    return say(language, f"unconfirmed_{unconfirmed}_title"), text
