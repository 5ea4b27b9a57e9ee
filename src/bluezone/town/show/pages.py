"""Draws the rehearsal's pages, and hands out the files they use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse

from bluezone.phone.web import pages as phone_pages
from bluezone.town.show.language import language_named

_HERE = Path(__file__).parent
_OWN_FILES = {"town.css": "text/css", "town.js": "text/javascript", "plan.js": "text/javascript"}


@lru_cache
def _environment(code: str) -> jinja2.Environment:
    language = language_named(code)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(language.gettext, language.ngettext)  # type: ignore[attr-defined]
    return environment


def text(template: str, code: str, **context: Any) -> str:
    """A template in the language of that code."""
    return _environment(code).get_template(template).render(code=code, **context)


def page(template: str, code: str, status: int = 200, **context: Any) -> HTMLResponse:
    return HTMLResponse(text(template, code, **context), status)


@lru_cache
def static_file(name: str) -> tuple[str, str] | None:
    """Text and media type; None where there is none of that name."""
    if name in _OWN_FILES:
        return (_HERE / "static" / name).read_text("utf-8"), _OWN_FILES[name]
    return phone_pages.static_file(name)
