"""What passes between an officer and the figures: files not yet decided on, reminders sent."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FigureImport(models.Model):
    """A file an officer brought. It is kept as it came until he decides, a day at most; then only what became of it."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits for your decision")
        STORED = "stored", _("stored")
        CANCELLED = "cancelled", _("cancelled, nothing stored")
        EXPIRED = "expired", _("not decided on within a day, nothing stored")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="imports")
    #: the jurisdiction it was read for
    place = models.CharField(max_length=80, db_index=True)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    #: empty once decided
    data = models.BinaryField()
    default_date = models.DateField(null=True)
    source = models.CharField(max_length=500)
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
        """Where the audit trail files it."""
        return {"place": self.place}


class Reminder(models.Model):
    """That an officer reminded a unit of its report. `key` is a unit's code (`63:930`) or an organisation's."""

    key = models.CharField(max_length=16)
    place = models.CharField(max_length=80, db_index=True)
    #: the day whose report was missing
    day = models.DateField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="one_reminder_a_unit_and_day")]

    def __str__(self) -> str:
        return f"{self.key} {self.day}"

    def get_additional_data(self) -> dict[str, str]:
        """Where the audit trail files it."""
        return {"place": self.place}


auditlog.register(Reminder, include_fields=["key", "day"])
auditlog.register(
    FigureImport, include_fields=["file_name", "sha256", "source", "state", "added", "changed", "left_out"]
)
