"""Delete officers' logins after their time, and say what is kept how long."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings

from bluezone.authority.officers.models import OfficerToken
from bluezone.authority.site.registries import RetentionRule

#: the lock after failed logins is a matter of minutes; a day shows an attack
LOGIN_LIFE = dt.timedelta(days=1)


def _logins(now: dt.datetime) -> dict[str, int]:
    logs = (AccessAttempt, AccessFailureLog, AccessLog)
    gone = sum(log.objects.filter(attempt_time__lt=now - LOGIN_LIFE).delete()[0] for log in logs)
    return {"failed_logins": gone}


def _sessions(_now: dt.datetime) -> dict[str, int]:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return {}


def _tokens(now: dt.datetime) -> dict[str, int]:
    return {"officer_tokens": OfficerToken.objects.filter(expires_at__lt=now).delete()[0]}


RULES = (
    RetentionRule("failed logins (address, name)", "one day", "they hold addresses of persons", _logins),
    RetentionRule("sessions of officers", "half an hour after their last use", "nobody works in them", _sessions),
    RetentionRule("machines' tokens", "until they expire", "they open nothing any more", _tokens),
)
