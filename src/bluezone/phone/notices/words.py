"""Say what a notice says: the same whatever it is about, so that nobody else learns that its owner was warned.

The texts are in the catalogue of the screens, which it names and does not import.
"""

from __future__ import annotations

from bluezone.i18n import Catalogue, Language
from bluezone.phone.notices.port import Notice

_TEXTS = Catalogue("bluezone.phone.web", "phone")


def notice(language: str, path: str, *, urgent: bool, rings: bool) -> Notice:
    """Return the notice that opens the screen at `path`, in the owner's language."""
    _ = _TEXTS.translator(Language(language)).gettext
    return Notice(
        title=_("Bluezone has something to tell you"),
        text=_("Open Bluezone to read it."),
        action=_("Read"),
        path=path,
        language=language,
        urgent=urgent,
        rings=rings,
    )
