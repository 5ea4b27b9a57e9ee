"""Draw the rehearsal's pages, and hand out the files they use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse

from bluezone.i18n import Catalogue, Language, Translator
from bluezone.phone.web import pages as phone_pages
from bluezone.town.country import ZONE

_TEXTS = Catalogue("bluezone.town.show", "town")


def translator(language: Language) -> Translator:
    """Return the page's translator. Raises I18nError where the catalogue is not compiled."""
    return _TEXTS.translator(language, ZONE)


_HERE = Path(__file__).parent
_OWN_FILES = {"town.css": "text/css", "town.js": "text/javascript", "plan.js": "text/javascript"}


@lru_cache
def _environment(language: Language) -> jinja2.Environment:
    speaks = translator(language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(speaks.gettext, speaks.ngettext)  # type: ignore[attr-defined]
    return environment


def text(template: str, language: Language, **context: Any) -> str:
    """Render a template in a language."""
    return _environment(language).get_template(template).render(code=language.value, **context)


def page(template: str, language: Language, status: int = 200, **context: Any) -> HTMLResponse:
    return HTMLResponse(text(template, language, **context), status)


@lru_cache
def static_file(name: str) -> tuple[str | bytes, str] | None:
    """Return the content and media type; None where there is none of that name."""
    if name in _OWN_FILES:
        return (_HERE / "static" / name).read_text("utf-8"), _OWN_FILES[name]
    return phone_pages.static_file(name)
