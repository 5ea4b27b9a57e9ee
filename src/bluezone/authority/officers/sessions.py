"""Store sessions under a keyed digest of their key: the setting SESSION_ENGINE names this module.

The cookie holds the key, the database its digest: whoever copies the database has no session to show. After the
installation's secret is rotated officers log in anew.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from bluezone.authority.site import secrets as keyed

#: as long as the column of Django's table, 160 bits
_DIGITS = 40


def stored_key(session_key: str) -> str:
    """Return what the database holds instead of a session's key."""
    return keyed.digest("session", session_key)[:_DIGITS]


class SessionStore(db.SessionStore):
    """Keep sessions in the database as Django does, by the digest of their key. Pages are served by threads: what
    Django has for coroutines beside each of these is not used."""

    def _get_session_from_db(self) -> Any:
        found = self.model.objects.filter(
            session_key=stored_key(self.session_key or ""),
            expire_date__gt=timezone.now(),  # noqa: TID251 (as Django writes it)
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(stored_key(key))
