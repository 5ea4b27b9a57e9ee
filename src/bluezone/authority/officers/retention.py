"""Delete officers' logins after their time, and say what is kept how long."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from auditlog.models import LogEntry
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.utils.translation import gettext_noop

from bluezone.authority.officers.models import OfficerToken
from bluezone.authority.site.registries import RetentionRule

#: a year longer than the last case that an entry can be about
AUDIT_LIFE = dt.timedelta(days=1_095)
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


def _audit_log(now: dt.datetime) -> dict[str, int]:
    return {"audit_log": LogEntry.objects.filter(timestamp__lt=now - AUDIT_LIFE).delete()[0]}


RULES = (
    RetentionRule(
        gettext_noop("failed logins (address, name)"),
        gettext_noop("one day"),
        "they hold addresses of persons",
        _logins,
    ),
    RetentionRule(
        gettext_noop("sessions of officers"),
        gettext_noop("half an hour after their last use"),
        "nobody works in them",
        _sessions,
    ),
    RetentionRule(
        gettext_noop("machines' tokens"), gettext_noop("until they expire"), "they open nothing any more", _tokens
    ),
    RetentionRule(
        gettext_noop("the audit log: who changed or opened what, why (typed reasons encrypted)"),
        gettext_noop("1,095 days after it was written"),
        "who was opened can ask by whom and why for a year after the last case of that time is gone",
        _audit_log,
    ),
)
