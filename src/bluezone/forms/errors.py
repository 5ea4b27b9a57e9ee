"""Define the exceptions of forms, and the faults of an answer: a word of `words` and what fills it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bluezone.errors import BluezoneError
from bluezone.forms import words


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what is wrong in one sentence of any of the languages."""

    word: str
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Return the sentence."""
        return words.say(language, self.word, **self.values)


class FormError(BluezoneError):
    """Report a form that cannot be used. `fault` says it in each language."""

    def __init__(self, word: str, **values: object) -> None:
        self.fault = Fault(word, values)
        super().__init__(self.fault.text("en"))

    def text(self, language: str) -> str:
        """Return the sentence in a language."""
        return self.fault.text(language)
