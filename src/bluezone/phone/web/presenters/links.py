"""Say which screen a link opens that somebody tapped outside Bluezone: in a message, on a page, in another app.

Whoever wrote it may want anything, and any app may hand it on. So nothing but links of the own authority's host, in the
forms that it writes, and those of the field's scheme (`ens://v?c=CODE`) lead anywhere: to a screen that asks first.
"""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from bluezone.i18n import Translator
from bluezone.phone.web.presenters import scan
from bluezone.phone.web.presenters.scan import Scanned
from bluezone.protocol.declarations import read_isolation_link

MAX_LINK = 2_000
_CODE_PATH, _ISOLATION_PATH = "/v", "/i"
#: of places, and of organisations whose installs are counted
_POSTER_PATHS = ("/p/", "/install/")


def read(text: str, own_host: str, language: Translator) -> Scanned:
    """Return the path of the screen that a link opens, else what to tell the owner. `own_host`: of the authority's
    links, with its port where it has one; "": no link of a host is ours."""
    link = _split(text)
    if link is not None and (link.scheme, link.netloc) == ("ens", "v"):
        return _code(link)
    if link is None or link.scheme != "https" or not own_host or link.netloc.lower() != own_host.lower():
        return _of_others(language)
    if link.path == _CODE_PATH:
        return _code(link)
    if link.path == _ISOLATION_PATH and read_isolation_link(text):
        return Scanned(path=f"/isolation?given={read_isolation_link(text)}")
    if link.path.startswith(_POSTER_PATHS):
        return scan.read(text, language)
    return _of_others(language)


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text) if len(text) <= MAX_LINK and text.isprintable() else None
    except ValueError:
        return None


def _code(link: SplitResult) -> Scanned:
    """Lead to the screen of a code, which says what is wrong with it, too."""
    try:
        given = parse_qs(link.query, max_num_fields=8).get("c", [""])[0]
    except ValueError:
        given = ""
    return Scanned(path=f"/v?{urlencode({'c': given})}")


def _of_others(language: Translator) -> Scanned:
    _ = language.gettext
    return Scanned(
        title=_("This link is of something else"),
        text=_("It was not opened. Bluezone opens links of the health authority and of its posters only."),
    )
