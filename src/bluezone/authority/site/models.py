"""Store the files that officers upload."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Upload(models.Model):
    """Store a file that an officer uploaded. It is kept as it came until its officer decides, a day at most; then only
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
    #: empty once decided
    data = models.BinaryField()
    #: a large file as the worker opened it (`rollout.reading.storing`), so that no page opens it again
    opened = models.BinaryField(default=bytes)
    #: how much of it the worker has opened, in percent
    progress = models.PositiveSmallIntegerField(default=0)
    #: why a file that was opened later is refused: the sentence's `template` and `values`
    refusal = models.JSONField(null=True)
    #: what the officer entered beside the file: the source, the day of rows without one
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


class RememberedAnswers(models.Model):
    """Store what an officer answered about a form of one shape, so that the next of that shape is read without asking.
    Days are not remembered: each form has its own."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="remembered_answers")
    #: the jurisdiction it was answered for
    place = models.CharField(max_length=80)
    #: the name of the `uploads.pipeline.Kind`
    kind = models.CharField(max_length=16)
    #: a digest of the form's headers
    shape = models.CharField(max_length=32)
    answers = models.JSONField(default=dict)
    answered_at = models.DateTimeField()
    #: forgotten then, unless such a form comes again
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "place", "kind", "shape"], name="one_memory_of_each_form")
        ]

    def __str__(self) -> str:
        return f"answers about a form of {self.kind}"


auditlog.register(
    Upload, include_fields=["kind", "file_name", "sha256", "options", "state", "added", "changed", "left_out"]
)
