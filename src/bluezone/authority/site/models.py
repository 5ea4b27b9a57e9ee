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
        PENDING = "pending", _("waits for your decision")
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


auditlog.register(
    Upload, include_fields=["kind", "file_name", "sha256", "options", "state", "added", "changed", "left_out"]
)
