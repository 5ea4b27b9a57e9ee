"""Read what other authorities have published since the last run, each file once.

A file is fetched whole, believed or not, and its keys are stored some thousands at a time: in the same transaction it
is written down how far that is. So a run that is killed loses nothing and stores nothing twice, and phones that
publish meanwhile wait for some thousand keys and not for half a million.

What is wrong with a file keeps nobody from the next: it is noted, and tried again after six hours. Where a server does
not answer at all, its turn is over until the next run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from bluezone.authority.federation import net, rules, services
from bluezone.authority.federation.models import MAX_FILE_NAME, Source, SourceFile
from bluezone.authority.federation.net import Net
from bluezone.authority.federation.rules import KnownFile, Refusal, Trouble, UnfitError
from bluezone.authority.keys import foreign
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import job_lock, writing
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import (
    ExportLimits,
    OpenedExport,
    TrustedKey,
    UntrustedExportError,
    index_from_text,
    open_export,
)
from bluezone.protocol.keys import TemporaryExposureKey

MAX_INDEX_BYTES = 2**20
#: keys of one transaction
CHUNK = 4_000
#: after so long no further file of a source is begun, and no further source: the next run goes on
SOURCE_S, RUN_S = 600.0, 2_400.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadReport:
    """Report what a run did. `troubled`: sources whose index could not be read."""

    files: int = 0
    keys: int = 0
    revised: int = 0
    bad: int = 0
    troubled: int = 0

    def __add__(self, other: ReadReport) -> ReadReport:
        return ReadReport(
            self.files + other.files,
            self.keys + other.keys,
            self.revised + other.revised,
            self.bad + other.bad,
            self.troubled + other.troubled,
        )

    def __str__(self) -> str:
        return (
            f"{self.keys} keys and {self.revised} revisions from {self.files} files; {self.bad} files and "
            f"{self.troubled} sources could not be read"
        )


class _StoppedError(Exception):
    """Say that the source was paused or removed while it was read."""


def read_due(now: dt.datetime) -> ReadReport | None:
    """Read every source, for the worker; None where there was nothing to say. Raises JobBusyError where another process
    reads."""
    if not _active():
        return None
    with net.client() as client:
        report = read_all(now, net.HttpNet(client))
    return report if report != ReadReport() else None


def _active() -> list[Source]:
    """Return the sources that are read, first the one whose turn was longest ago."""
    rows = Source.objects.filter(paused_at=None, removed_at=None)
    return list(rows.order_by(F("tried_at").asc(nulls_first=True), "id"))


def read_all(now: dt.datetime, fetching: Net, steady: Callable[[], float] = time.monotonic) -> ReadReport:
    """Read every source, as long as the time of a run lasts by the clock `steady`. Raises JobBusyError where another
    process reads."""
    total, until_s = ReadReport(), steady() + RUN_S
    with job_lock("federation"):
        for source in _active():
            if steady() > until_s:
                break
            run = _Reading(source, now, fetching, settings.BLUEZONE, lambda: steady() > until_s, steady)
            total += run.read()
    return total


class _Reading:
    """Read one source in one run."""

    def __init__(
        self,
        source: Source,
        now: dt.datetime,
        fetching: Net,
        conf: Environment,
        is_over: Callable[[], bool],
        steady: Callable[[], float],
    ) -> None:
        self._source, self._now, self._net, self._conf = source, now, fetching, conf
        self._is_over, self._steady, self._until_s = is_over, steady, steady() + SOURCE_S
        self._keys: Sequence[TrustedKey] = services.trusted_keys(source)
        self._limits = ExportLimits()

    def read(self) -> ReadReport:
        """Read the index and what is new in it."""
        self._note(tried_at=self._now)
        try:
            names = self._index()
        except (UnfitError, ProtocolError) as error:
            self._note_trouble(error)
            return ReadReport(troubled=1)
        self._note(read_at=self._now, trouble="", detail="")
        known = self._known()
        self._forget(set(known) - set(names))
        report = ReadReport()
        try:
            for name in rules.due(names, known, self._now):
                if self._is_over() or self._steady() > self._until_s or self._day_is_full():
                    break
                report += self._read_file(name)
        except UnfitError as error:  # nobody answers: neither for the next file
            self._note_trouble(error)
            report += ReadReport(troubled=1)
        except _StoppedError:
            log.info("federation: %s was paused or removed while it was read", self._source)
        return report

    def _note(self, **values: object) -> None:
        Source.objects.filter(pk=self._source.pk).update(**values)

    def _note_trouble(self, error: Exception) -> None:
        trouble = _trouble_of(error)
        log.warning("federation: %s: %s", self._source, error)
        self._note(trouble=trouble, detail=str(error)[:300])

    def _index(self) -> tuple[str, ...]:
        content = self._net.get(self._source.index_url, MAX_INDEX_BYTES)
        try:
            text = content.decode("ascii")
        except UnicodeDecodeError as error:
            raise UnfitError(Trouble.DAMAGED, "index: not ASCII text") from error
        names = index_from_text(text)
        if any(len(name) > MAX_FILE_NAME for name in names):
            raise UnfitError(Trouble.DAMAGED, f"index: a name of more than {MAX_FILE_NAME} characters")
        return names

    def _known(self) -> dict[str, KnownFile]:
        rows = self._source.files.values_list("name", "state", "retry_at")
        return {name: KnownFile(state == SourceFile.State.READ, retry_at) for name, state, retry_at in rows}

    def _forget(self, gone: Iterable[str]) -> None:
        """Forget files that the index has not named for long."""
        old = self._source.files.filter(tried_at__lt=self._now - rules.REMEMBERED)
        ids = [pk for pk, name in old.values_list("pk", "name") if name in set(gone)]
        for at in range(0, len(ids), 500):
            SourceFile.objects.filter(pk__in=ids[at : at + 500]).delete()

    def _day_is_full(self) -> bool:
        """Return whether as many keys were taken today (UTC) as may be, and note it."""
        midnight = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
        taken = self._source.files.filter(tried_at__gte=midnight).aggregate(sum=Sum("taken"))["sum"] or 0
        if taken < self._source.keys_a_day:
            return False
        self._note(trouble=Trouble.DAY_FULL, detail=f"{taken} keys were taken today; the rest waits")
        return True

    # --- a file -------------------------------------------------------------------------------------------------------

    def _read_file(self, name: str) -> ReadReport:
        row, _ = SourceFile.objects.get_or_create(source=self._source, name=name, defaults={"tried_at": self._now})
        try:
            url = rules.file_url(self._source.index_url, self._source.export_root, name)
            content = self._net.get(url, self._limits.file_bytes)
            opened = self._opened(content)
        except (UnfitError, ProtocolError) as error:
            trouble = _trouble_of(error)
            if trouble is Trouble.UNREACHABLE:
                raise
            row.state, row.tried_at, row.retry_at = SourceFile.State.BAD, self._now, self._now + rules.RETRY_AFTER
            row.trouble, row.detail = trouble, str(error)[:300]
            row.save()
            log.warning("federation: %s: %s: %s", self._source, name, error)
            return ReadReport(bad=1)
        digest = hashlib.sha256(content).hexdigest()
        if row.digest != digest:  # the first time, or other content under a known name: keys are stored once anyway
            row.position = row.revised_position = row.taken = row.known = row.revised = 0
            row.refused = {}
        row.digest, row.state, row.tried_at = digest, SourceFile.State.READING, self._now
        row.trouble, row.detail, row.retry_at = "", "", None
        row.save()
        before = row.taken, row.revised
        del content
        self._take(opened, row)
        row.state, row.read_at = SourceFile.State.READ, self._now
        row.save()
        return ReadReport(files=1, keys=row.taken - before[0], revised=row.revised - before[1])

    def _opened(self, content: bytes) -> OpenedExport:
        """Return a file that is believed and readable to its last key."""
        opened = open_export(content, self._keys, self._limits)
        rules.check_place(opened.head, self._source.region, self._now)
        for _ in chain(opened.read_keys(), opened.read_revised()):
            pass
        return opened

    def _take(self, opened: OpenedExport, row: SourceFile) -> None:
        """Store first the new keys, then the revised: one file may hold both."""
        for chunk in _chunks(opened.read_keys(row.position)):
            with writing(), transaction.atomic():
                self._stop_if_asked()
                self._insert(chunk, row)
                row.save()
        for chunk in _chunks(opened.read_revised(row.revised_position)):
            with writing(), transaction.atomic():
                self._stop_if_asked()
                self._revise(chunk, row)
                row.save()

    def _stop_if_asked(self) -> None:
        """Raise _StoppedError where the source is paused or removed by now. Who does so waits for this transaction: no
        key comes after it."""
        asked = Source.objects.select_for_update().filter(pk=self._source.pk, paused_at=None, removed_at=None)
        if not asked.exists():
            raise _StoppedError

    def _insert(self, chunk: Sequence[TemporaryExposureKey], row: SourceFile) -> None:
        good, refused = rules.sorted_out(chunk, self._now.timestamp())
        inserted = foreign.insert(
            good,
            source=self._source.pk,
            traveler=self._source.travellers,
            region=self._conf.region,
            window_s=self._conf.truncate_window_s,
            now=self._now,
        )
        row.position += len(chunk)
        row.taken += inserted
        row.known += len(good) - inserted
        row.refused = dict(Counter(row.refused) + Counter({str(why): count for why, count in refused.items()}))

    def _revise(self, chunk: Sequence[TemporaryExposureKey], row: SourceFile) -> None:
        revised = foreign.revise(
            [rules.as_taken(key) for key in chunk],
            source=self._source.pk,
            window_s=self._conf.truncate_window_s,
            now=self._now,
        )
        row.revised_position += len(chunk)
        row.revised += revised
        row.refused = dict(Counter(row.refused) + Counter({str(Refusal.NOT_REVISABLE): len(chunk) - revised}))


def _chunks(keys: Iterator[TemporaryExposureKey]) -> Iterator[list[TemporaryExposureKey]]:
    while chunk := list(islice(keys, CHUNK)):
        yield chunk


def _trouble_of(error: Exception) -> Trouble:
    if isinstance(error, UnfitError):
        return error.trouble
    return Trouble.SIGNATURE if isinstance(error, UntrustedExportError) else Trouble.DAMAGED
