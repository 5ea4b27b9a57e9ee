"""List the kinds of documents that are published, and decide who may edit one and when it is signed anew. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bluezone.authority.officers.jurisdiction import LEVEL_OF_ROLE, Jurisdiction, Role, codes_of
from bluezone.authority.site.registries import Registry
from bluezone.protocol.documents import COUNTRY, Kind

#: roles that answer for a place
OF_PLACES = frozenset(LEVEL_OF_ROLE)
NOBODY: frozenset[Role] = frozenset()


def _country(_: dt.datetime) -> Iterable[str]:
    return (COUNTRY,)


@dataclass(frozen=True, slots=True)
class PublishedKind:
    """Describe how this authority publishes a kind.

    `editors`: the roles that write it; nobody where the operator or the program does. `content` gives what a document
    of an area says now; None: nothing was ever to be said. Without it documents are published by hand alone. `areas`:
    those of which something may be to be said. `sign_anew`: how old the newest may become although nothing changed.
    `keeps_all`: earlier documents are kept.
    """

    kind: Kind[Any]
    editors: frozenset[Role] = NOBODY
    content: Callable[[str, dt.datetime], Any] | None = None
    areas: Callable[[dt.datetime], Iterable[str]] = _country
    sign_anew: dt.timedelta = dt.timedelta(days=1)
    keeps_all: bool = False

    def may_edit(self, own: Jurisdiction | None, place: str) -> bool:
        """Return whether an officer with `own` may write for `place`: by role, within the own jurisdiction."""
        return own is not None and own.role in self.editors and own.may_direct(place)


#: each package adds its kinds in its `apps.py`
published_kinds: Registry[PublishedKind] = Registry()


def area_of(place: str) -> str:
    """Return the area whose document holds what is written for a place: a province's code, or empty for the
    country's."""
    return codes_of(place)[0] if codes_of(place) else COUNTRY


def digest_of(kind: Kind[Any], content: Any) -> str:
    """Return a digest of a content."""
    written = json.dumps(kind.write(content), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def must_sign(
    published: PublishedKind, issued_at: dt.datetime | None, held: str, wanted: str, now: dt.datetime
) -> bool:
    """Decide whether an area needs a new document: it has none, the newest holds something else than it should
    (digests), or is old."""
    return issued_at is None or held != wanted or now - issued_at >= published.sign_anew
