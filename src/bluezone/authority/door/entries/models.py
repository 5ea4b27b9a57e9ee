"""Store entries that nobody at the door can read, and who had which opened. Collected by `door.models`."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.units.models import Organisation


class DoorEntry(models.Model):
    """Store an entry as it came, under the digest of the link it came by, whether or not a unit has that link."""

    link = models.CharField(max_length=64, db_index=True)
    #: made by the telephone, so that what is sent twice is stored once
    key = models.CharField(max_length=32)
    #: of hours since the epoch, by the telephone's clock as set right
    hour = models.PositiveIntegerField(db_index=True)
    #: to which key of which day it is encrypted
    day_key = models.CharField(max_length=32)
    sealed = models.BinaryField(max_length=160)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "key"], name="an_entry_once")]

    def __str__(self) -> str:
        return f"entry of hour {self.hour}"


class DoorOpening(models.Model):
    """Store that entries of a door are to be read for a case, who asked and who agreed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second officer")
        OPENED = "opened", _("opened")
        REFUSED = "refused", _("not opened")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="door_openings")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="door_openings")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    #: the province that holds the keys
    place = models.CharField(max_length=80, db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    #: when a message to each of its numbers was queued
    told_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"opening of {self.organisation.code}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


auditlog.register(DoorOpening, include_fields=["organisation", "case", "start_at", "end_at", "state"])
