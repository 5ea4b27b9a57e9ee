"""Define the exception from which every package's own exceptions derive."""

from __future__ import annotations

from collections.abc import Callable


class BluezoneError(Exception):
    """Report what a person or a peer can mend: the text says what was wrong, where, and what to do.

    Every room derives its own root from this (`ProtocolError`, `PhoneError`, ...), so that an edge (command line,
    page, API) can turn all of them into its one form of answer, and let real bugs through as tracebacks.
    """


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for translation without translating it: the pure rooms speak English, the edges translate."""
    return message


class TranslatableError(BluezoneError):
    """Report an error by a sentence that a page can say in the person's language.

    `template` is the English message with `{named}` places (and the gettext msgid), `values` fills them.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values) if values else template)
        self.template = template
        self.values = values

    def sentence(self, translate: Callable[[str], str], say: Callable[[object], object] = str) -> str:
        """Return the message in another language: `translate` is a gettext function, `say` writes numbers and dates."""
        text = translate(self.template)
        return text.format(**{name: say(value) for name, value in self.values.items()}) if self.values else text
