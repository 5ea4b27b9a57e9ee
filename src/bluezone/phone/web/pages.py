"""Draw a page: language, appearance, templates, and the files they use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse

from bluezone.design import DIRECTORY as DESIGN
from bluezone.forms.rendering import html_of
from bluezone.i18n import Translator
from bluezone.phone.notices.port import Way
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.web.presenters.common import offered, shown_number

_HERE = Path(__file__).parent
_OWN_FILES = {
    "phone.css": "text/css",
    "phone.js": "text/javascript",
    "scan.js": "text/javascript",
    "declare.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "sw.js": "text/javascript",
}
_SHARED_FILES = {
    "components.css": ("components.css", "text/css"),
    "camera.js": ("camera.js", "text/javascript"),
    "qr.js": ("vendor/qr.js", "text/javascript"),
}
#: Noto Sans Khmer (SIL Open Font License, its text beside it): cheap telephones have no Khmer letters of their own
_FONTS = ("noto-sans-khmer-400.woff2", "noto-sans-khmer-600.woff2")


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Hold what every page needs. `follows`: it goes on while nobody looks at it; `notify`: notices come through it;
    `way`: how notices reach the owner."""

    language: Translator
    appearance: str = "auto"
    unread: int = 0
    follows: bool = False
    notify: bool = False
    way: Way = Way.NONE


def frame_of(language: Translator, choices: Choices, unread: int = 0, way: Way = Way.NONE) -> PageFrame:
    return PageFrame(
        language,
        choices.appearance,
        unread,
        follows=choices.background is not False,
        notify=way is Way.BROWSER and choices.agreed_at_s is not None and choices.notifications is True,
        way=way,
    )


@lru_cache
def _environment(language: Translator) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(language.gettext, language.ngettext)  # type: ignore[attr-defined]
    environment.filters["n"] = language.number
    environment.globals["languages"] = offered()
    environment.filters["telephone"] = shown_number
    environment.filters["html_of"] = html_of
    return environment


def page(template: str, frame: PageFrame, status: int = 200, **context: Any) -> HTMLResponse:
    text = _environment(frame.language).get_template(template).render(look=frame, **context)
    return HTMLResponse(text, status, {"Content-Language": frame.language.code})


@lru_cache
def static_file(name: str) -> tuple[str | bytes, str] | None:
    """Return content and media type of a file of ours or of the common design; None if there is none of that name."""
    if name in _OWN_FILES:
        return (_HERE / "static" / name).read_text("utf-8"), _OWN_FILES[name]
    if name in _FONTS:
        return (_HERE / "static" / "fonts" / name).read_bytes(), "font/woff2"
    if name in _SHARED_FILES:
        path, kind = _SHARED_FILES[name]
        return (DESIGN / path).read_text("utf-8"), kind
    if name in {"tokens-auto.css", "tokens-light.css", "tokens-dark.css"}:
        return _tokens(name.removeprefix("tokens-").removesuffix(".css")), "text/css"
    return None


def _tokens(appearance: str) -> str:
    """Return the design's tokens, bound to light or dark where the owner chose so."""
    tokens = (DESIGN / "tokens.css").read_text("utf-8")
    if appearance == "auto":
        return tokens
    applies = {"light": "not all", "dark": "all"}[appearance]
    return tokens.replace("(prefers-color-scheme: dark)", applies).replace(
        "color-scheme: light dark", f"color-scheme: {appearance}"
    )
