"""Forgets what has served: keys and files after 14 days, codes and tries after a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from bluezone.authority.device_api.models import RateWindow
from bluezone.authority.diagnosis.models import OneTimeCode, WrongTry
from bluezone.authority.diagnosis.rules import CODE_LIFE
from bluezone.authority.keys.batches import RETENTION, write_index
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.officers.models import OfficerToken
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import job_lock


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """How many of each are gone."""

    keys: int
    batches: int
    files: int
    codes: int
    other: int


def purge(now: dt.datetime) -> PurgeReport:
    """Delete all that is past its time. Raises JobBusyError where another process publishes or purges."""
    conf: Environment = settings.BLUEZONE
    with job_lock("publish"):  # the same lock: both write the exports folder and its index
        oldest = now - RETENTION
        with transaction.atomic():
            old_keys = PublishedKey.objects.filter(available_at__lt=oldest)
            keys = old_keys.filter(made_up=False).count()
            old_keys.delete()
            _, gone = ExportBatch.objects.filter(end_at__lt=oldest, state=ExportBatch.State.DONE, keys=None).delete()
        # First the index, then the files: a phone never reads of a file that is not there.
        write_index(conf)
        files = _remove_stray_files(conf)
    # A used code stays as long as its keys, so that an officer can see that it was used.
    stale = Q(expires_at__lt=now - CODE_LIFE, used_at=None) | Q(expires_at__lt=oldest)
    _, codes = OneTimeCode.objects.filter(stale).delete()
    other = [
        WrongTry.objects.filter(at__lt=now - CODE_LIFE).delete()[0],
        RateWindow.objects.filter(ends_at__lt=now).delete()[0],
        OfficerToken.objects.filter(expires_at__lt=now).delete()[0],
        *(log.objects.filter(attempt_time__lt=now - CODE_LIFE).delete()[0] for log in _LOGIN_LOGS),
    ]
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return PurgeReport(keys, gone.get("keys.ExportBatch", 0), files, codes.get("diagnosis.OneTimeCode", 0), sum(other))


_LOGIN_LOGS = (AccessAttempt, AccessFailureLog, AccessLog)


def _remove_stray_files(conf: Environment) -> int:
    """Remove files no batch knows: those past their time, and what a killed run left half-written."""
    folder = conf.exports / conf.region
    if not folder.is_dir():
        return 0
    batches = ExportBatch.objects.filter(region=conf.region)
    known = {conf.exports / path for path in batches.values_list("files__path", flat=True) if path}
    # An open batch's files have no rows yet; its next run writes them.
    spans = {f"{int(b.start_at.timestamp())}-{int(b.end_at.timestamp())}-" for b in batches.filter(state="open")}
    stray = [
        path
        for path in folder.iterdir()
        if path.suffix in {".zip", ".partial"} and path not in known and not path.name.startswith(tuple(spans))
    ]
    for path in stray:
        path.unlink()
    return len(stray)
