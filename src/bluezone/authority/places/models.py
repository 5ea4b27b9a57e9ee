"""Store places that show a QR code, the stays of cases at them, and what phones fetch of that. No visitor is in it.

What owners ask for stays until the commune has decided, with how to reach them."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.units.models import Organisation
from bluezone.protocol.check_ins import MAX_CHARACTERS, VEHICLES, PlaceKind


class Place(models.Model):
    """Store that an organisation shows a code at its doors."""

    class Kind(models.IntegerChoices):
        SHOP = PlaceKind.SHOP, _("market, shop")
        FOOD = PlaceKind.FOOD, _("food and drink")
        WORKPLACE = PlaceKind.WORKPLACE, _("workplace")
        SCHOOL = PlaceKind.SCHOOL, _("school")
        PUBLIC_BUILDING = PlaceKind.PUBLIC_BUILDING, _("office, hospital, bus station")
        WORSHIP = PlaceKind.WORSHIP, _("pagoda, church, communal house")
        OTHER = PlaceKind.OTHER, _("other")
        BUS = PlaceKind.BUS, _("bus, coach")
        BOAT = PlaceKind.BOAT, _("boat, ferry")
        TRAIN = PlaceKind.TRAIN, _("train")
        PLANE = PlaceKind.PLANE, _("plane")

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="open_place")
    kind = models.PositiveSmallIntegerField(choices=Kind)
    address = models.CharField(max_length=MAX_CHARACTERS, blank=True)
    usual_stay_min = models.PositiveSmallIntegerField()
    capacity = models.PositiveIntegerField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: who directs the organisation has said that it is what it says; None: a head asked for it
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"place {self.organisation.code}"

    @property
    def moves(self) -> bool:
        """Return whether it is of vehicles: each of its codes is that of one."""
        return self.kind in VEHICLES

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.organisation.place}


class Entrance(models.Model):
    """Store a room or an entrance: its own code, which can be replaced."""

    at = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="entrances")
    name = models.CharField(max_length=60)
    #: the venue record of its QR code, with its random bytes
    payload = models.BinaryField(max_length=1024)
    made_at = models.DateTimeField()
    #: the id of the place in that record (hex): check-ins that a patient's phone gives are found by it
    location_id = models.CharField(max_length=64, db_index=True)
    #: its poster was taken down; stays there can be marked as long as phones remember
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["at", "name"], condition=models.Q(ended_at=None), name="one_open_entrance_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.at}"


class RiskyWindow(models.Model):
    """Store that a case was at a place, as an officer took it down, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an officer to decide")
        CONFIRMED = "confirmed", _("confirmed, goes out within the hour")
        REFUSED = "refused", _("not published")
        PUBLISHED = "published", _("published")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entrance = models.ForeignKey(Entrance, on_delete=models.CASCADE, related_name="windows")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="risky_windows")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    #: of the case in a vehicle, as on the ticket
    seat = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, db_index=True)
    #: of the organisation: in whose jurisdiction it lies
    place = models.CharField(max_length=80, db_index=True)
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"window {self.pk}, {self.state}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


class Sharer(models.Model):
    """Store that a phone whose keys are published gave check-ins: who that is, nothing here says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: the published keys, encrypted: check-ins go when all of them are revoked
    keys = models.BinaryField()

    def __str__(self) -> str:
        return f"sharer {self.pk}"


class SharerKey(models.Model):
    """Store by a keyed digest that a published key is a sharer's, so that who shares again is found."""

    sharer = models.ForeignKey(Sharer, on_delete=models.CASCADE, related_name="key_digests")
    key_digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"key of {self.sharer_id}"


class SharedStay(models.Model):
    """Store a check-in that a patient gave: a window that an officer confirms or not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sharer = models.ForeignKey(Sharer, on_delete=models.CASCADE, related_name="stays")
    entrance = models.ForeignKey(Entrance, on_delete=models.CASCADE, related_name="shared_stays")
    #: from when to when (JSON, Unix seconds), encrypted
    span = models.BinaryField()
    state = models.CharField(max_length=10, choices=RiskyWindow.State, default=RiskyWindow.State.WAITING, db_index=True)
    #: of the organisation: in whose jurisdiction it lies
    place = models.CharField(max_length=80, db_index=True)
    #: the day (UTC) of its end, from which its deletion is counted
    ended_on = models.DateField(db_index=True)
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"shared stay {self.pk}, {self.state}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


class PlacePackage(models.Model):
    """Store a package of warnings as phones fetch it: signed, padded, never changed."""

    region = models.CharField(max_length=16)
    hour = models.PositiveIntegerField()
    data = models.BinaryField()
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "hour"], name="one_package_of_an_hour")]

    def __str__(self) -> str:
        return f"place warnings of {self.region}, hour {self.hour}"


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
    opened = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="registrations")

    def __str__(self) -> str:
        return f"registration of {self.name}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


auditlog.register(Place)
auditlog.register(RiskyWindow)
auditlog.register(SharedStay, include_fields=["state"])
auditlog.register(PlaceRegistration, include_fields=["name", "state", "reason"])
