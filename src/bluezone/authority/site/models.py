"""Store the files that officers upload."""

from __future__ import annotations

import datetime as dt
import socket
import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Upload(models.Model):
    """Store a file that an officer uploaded: as it came, encrypted, until its officer decides, a day at most; then only
    what became of it."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        PENDING = "pending", _("waits for your decision")
        REFUSED = "refused", _("cannot be read, nothing stored")
        STORED = "stored", _("stored")
        CANCELLED = "cancelled", _("cancelled, nothing stored")
        EXPIRED = "expired", _("not decided on within a day, nothing stored")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: the name of its `uploads.pipeline.Kind`
    kind = models.CharField(max_length=16)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="uploads")
    #: the jurisdiction it was brought for
    place = models.CharField(max_length=80, db_index=True)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    #: as `uploads.spreadsheets` seals it; empty once decided
    data = models.BinaryField()
    #: a large file as the worker opened it (`spreadsheets.opening`), sealed, so that no page opens it again
    opened = models.BinaryField(default=bytes)
    #: how much of it the worker has opened, in percent
    progress = models.PositiveSmallIntegerField(default=0)
    #: why a file that was opened later is refused: the sentence's `template` and `values`
    refusal = models.JSONField(null=True)
    #: what the officer entered beside the file, such as its source; `mapping`: what its columns and rows are
    options = models.JSONField(default=dict)
    received_at = models.DateTimeField(db_index=True)
    decided_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["state", "received_at"])]

    def __str__(self) -> str:
        return f"import of {self.file_name}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class RememberedMapping(models.Model):
    """Store what an officer decided about a form of one shape, so that the next of that shape begins with it. Days and
    lines are not remembered: each form has its own."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="remembered_mappings")
    #: the jurisdiction it was decided for
    place = models.CharField(max_length=80)
    #: the name of the `uploads.pipeline.Kind`
    kind = models.CharField(max_length=16)
    #: a digest of the form's headers
    shape = models.CharField(max_length=64)
    #: a `spreadsheets.mapping.Mapping`
    mapping = models.JSONField(default=dict)
    decided_at = models.DateTimeField()
    #: forgotten then, unless such a form comes again
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "place", "kind", "shape"], name="one_memory_of_each_form")
        ]

    def __str__(self) -> str:
        return f"mapping of a form of {self.kind}"


class ClockMark(models.Model):
    """Store the last reading of a machine's clock that was believed (`time_guard.Mark`)."""

    #: names the machine since its last start; `time_guard.REHEARSAL` for a rehearsal's clock
    machine = models.CharField(max_length=64, primary_key=True)
    uptime_s = models.FloatField()
    moment = models.DateTimeField()
    #: how much of the time up to it nothing proves to have passed
    unproven_s = models.FloatField(default=0.0)
    #: by how much the database's clock was ahead when an operator accepted that
    database_ahead_s = models.FloatField(default=0.0)
    #: nothing is deleted before the machine has run for so long
    settled_at_uptime_s = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return f"clock of {self.machine[:8]} at {self.moment:%Y-%m-%d %H:%M} UTC"


class ClockGap(models.Model):
    """Store a forward step of the clock that nothing proves (`time_guard.Gap`): a silence, or a leap that an operator
    accepted. A leap back has the length 0."""

    at = models.DateTimeField(db_index=True)
    length_s = models.FloatField()
    #: the clock before, as an operator found it; None for a silence, which nobody had to accept
    expected = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"clock accepted: {self.at:%Y-%m-%d %H:%M} UTC"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it: the whole country."""
        return {"place": "/"}


class Installation(models.Model):
    """Store which installation this database is of, in one row, and by what its secrets are known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: by name of the secret a digest of `id` under it, which tells nothing of the secret; and of which country and
    #: disease it is
    fingerprints = models.JSONField(default=dict)
    #: of when the backup is whose restore is not finished; nothing is served before
    restoring = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"installation {self.id}"


class JobRun(models.Model):
    """Store the last run of a repeating job: the worker's heartbeat, read by readiness checks and by
    `bluezone authority status`."""

    #: the job's (`registries.Job`)
    name = models.CharField(max_length=40, primary_key=True)
    #: the host that ran it
    host = models.CharField(max_length=80)
    ended_at = models.DateTimeField()
    #: the last run that did what it is for, or found nothing to do
    succeeded_at = models.DateTimeField(null=True)
    #: what the last run said, or why it failed
    report = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"last run of {self.name}"

    @classmethod
    def note(cls, name: str, ended_at: dt.datetime, report: object, *, succeeded: bool) -> None:
        """Note that a run of a job has ended, and what it said."""
        facts: dict[str, object] = {
            "host": socket.gethostname()[:80],
            "ended_at": ended_at,
            "report": ("" if report is None else str(report))[:300],
        }
        if succeeded:
            facts["succeeded_at"] = ended_at
        cls.objects.update_or_create(name=name, defaults=facts)


auditlog.register(
    Upload, include_fields=["kind", "file_name", "sha256", "options", "state", "added", "changed", "left_out"]
)
auditlog.register(ClockGap, include_fields=["at", "expected"])
