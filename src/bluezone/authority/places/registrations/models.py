"""Store what owners ask for until the commune has decided, and how to reach them. Collected by `places.models`."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.protocol.check_ins import MAX_CHARACTERS


class PlaceRegistration(models.Model):
    """Store that an owner asked for a place. Nothing is printed and no code is valid before it is confirmed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("not confirmed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: keyed digests of the random id that the page drew, and of the receipt
    request_digest = models.CharField(max_length=64, unique=True)
    receipt_digest = models.CharField(max_length=64, unique=True)
    #: encrypted, for the same answer to the same id
    receipt = models.BinaryField()
    #: whose officers decide: of the commune
    place = models.CharField(max_length=80, db_index=True)
    within = models.CharField(max_length=8)
    name = models.CharField(max_length=160)
    #: as the owner typed it from the unit's poster; empty for a unit without one
    code = models.CharField(max_length=9, blank=True)
    kind = models.PositiveSmallIntegerField()
    address = models.CharField(max_length=MAX_CHARACTERS, blank=True)
    usual_stay_min = models.PositiveSmallIntegerField()
    capacity = models.PositiveIntegerField(null=True)
    #: rooms and entrances, or vehicles: one a line
    entrances = models.TextField(blank=True)
    #: AES-256-GCM: who asks, and the telephone number
    contact = models.BinaryField()
    #: keyed digest, to limit how many come of one number
    telephone_digest = models.CharField(max_length=64, db_index=True)
    #: by a one-time code; False where this server sends no messages
    telephone_confirmed = models.BooleanField(default=False)
    asked_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    #: why not, as the owner is told
    reason = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: what came of it
    opened = models.ForeignKey("places.Place", null=True, on_delete=models.SET_NULL, related_name="registrations")

    def __str__(self) -> str:
        return f"registration of {self.name}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


auditlog.register(PlaceRegistration, include_fields=["name", "state", "reason"])
