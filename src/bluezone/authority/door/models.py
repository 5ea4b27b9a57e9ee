"""Store the door lists: links of telephones, taps, tallies of days, visits and rounds; and entries of guests.

No person is in these tables but officers. A guest is one tap with an answer, or an entry that nobody at the door can
read.
"""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.door.rules import Answers, Standing, standing
from bluezone.authority.units.models import Organisation


class DoorList(models.Model):
    """Store what is known of a unit's door: its poster, the guests it can have, its street or hamlet."""

    class Poster(models.TextChoices):
        UNKNOWN = "", _("not known")
        HUNG = "hung", _("hangs")
        GONE = "gone", _("does not hang")

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="door")
    #: None: the usual number of its sector
    guests_per_day = models.PositiveIntegerField(null=True, blank=True)
    #: `12 Trần Hưng Đạo`, `ấp 3`: to visit neighbours on one way
    street = models.CharField(max_length=120, blank=True)
    poster = models.CharField(max_length=4, choices=Poster, default=Poster.UNKNOWN, blank=True)
    #: since when it hangs, or hangs no more
    poster_on = models.DateField(null=True)
    #: whether a visitor has seen it so; else the door says it
    poster_seen = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.organisation.name

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.organisation.place}


class DoorLink(models.Model):
    """Store a link by which a unit's staff sends taps: the digest of its secret, and when it ends."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="door_links")
    #: of the form that asked for it, so that a page loaded again makes no second link
    form = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    #: nothing that came by it counts, but what was confirmed
    voided = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["organisation", "ends_at"])]

    def __str__(self) -> str:
        return self.organisation.name

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.organisation.place}


class DoorTap(models.Model):
    """Store a tap as it came. Nothing in it is ever changed, and an undo is another tap.

    It is stored under the digest of the link it came by, whether or not a unit has that link: so a wrong link costs
    the same work and gets the same answer as a right one.
    """

    link = models.CharField(max_length=64)
    #: made by the telephone, so that what is sent twice is stored once
    key = models.CharField(max_length=32)
    day = models.DateField()
    received_at = models.DateTimeField(db_index=True)
    doubtful = models.BooleanField(default=False)
    kind = models.CharField(max_length=8)
    app = models.CharField(max_length=8, blank=True)
    #: the key of the tap that is undone
    of = models.CharField(max_length=32, blank=True)
    post = models.CharField(max_length=12)
    shift = models.CharField(max_length=12, blank=True)
    #: whether its day has been reckoned since it came
    reckoned = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "key"], name="tap_once")]
        indexes = [
            models.Index(fields=["link", "day"]),
            models.Index(fields=["link"], condition=models.Q(reckoned=False), name="taps_to_reckon"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.app} {self.day}"


class DoorDay(models.Model):
    """Store a day of one app at one unit: what its taps count up to, what is kept apart, and what was confirmed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="door_days")
    day = models.DateField(db_index=True)
    app = models.CharField(max_length=8)
    had = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    #: answers above what the unit can have in guests, or of a doubtful day
    apart = models.PositiveIntegerField(default=0)
    #: somebody looked at what is apart: so many guests are right for this day (None: nobody has said so)
    guests = models.PositiveIntegerField(null=True)
    #: somebody looked at what is apart: so many answers are left out
    apart_left = models.PositiveIntegerField(default=0)
    #: what the taps counted up to when somebody looked (None: nobody has)
    looked_had = models.PositiveIntegerField(null=True)
    looked_helped = models.PositiveIntegerField(null=True)
    looked_refused = models.PositiveIntegerField(null=True)
    #: what was confirmed then: the same, or corrected from paper
    confirmed_had = models.PositiveIntegerField(null=True)
    confirmed_helped = models.PositiveIntegerField(null=True)
    confirmed_refused = models.PositiveIntegerField(null=True)
    confirmed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "day", "app"], name="one_day_of_an_app")]

    def __str__(self) -> str:
        return f"{self.organisation.name} {self.app} {self.day}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.organisation.place}

    @property
    def counted(self) -> Answers:
        return Answers(self.had, self.helped, self.refused)

    @property
    def asks(self) -> bool:
        """Return whether somebody is to be asked about what is kept apart."""
        return self.apart > self.apart_left

    @property
    def standing(self) -> Standing:
        """Return what is confirmed of the day, and what is not."""
        confirmed = _answers(self.confirmed_had, self.confirmed_helped, self.confirmed_refused)
        return standing(self.counted, self.looked, confirmed)

    @property
    def looked(self) -> Answers | None:
        """Return what the last look at the day had seen; None where nobody has looked."""
        return _answers(self.looked_had, self.looked_helped, self.looked_refused)


def _answers(had: int | None, helped: int | None, refused: int | None) -> Answers | None:
    return None if had is None or helped is None or refused is None else Answers(had, helped, refused)


class Round(models.Model):
    """Store a round of visits for one day: whom to look in on, in the order of the way."""

    #: of the form that asked for it
    form = models.UUIDField(unique=True)
    day = models.DateField(db_index=True)
    place = models.CharField(max_length=80, db_index=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.day}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class Visit(models.Model):
    """Store a look at a door: what a visitor of the commune saw. No picture, no name, no free text."""

    class List(models.TextChoices):
        TELEPHONE = "telephone", _("yes, on a telephone")
        PAPER = "paper", _("yes, on paper")
        NONE = "none", _("no")

    #: of the form, so that one sent twice is one visit
    form = models.UUIDField(unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="door_visits")
    day = models.DateField(db_index=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    poster_hangs = models.BooleanField()
    list_kept = models.CharField(max_length=12, choices=List)
    #: whether the numbers since the last look were looked over, and so confirmed
    looked_over = models.BooleanField()

    def __str__(self) -> str:
        return self.organisation.name

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.organisation.place}


class RoundStop(models.Model):
    """Store a unit on a round, and the visit that was made."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="stops")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    visit = models.ForeignKey(Visit, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "organisation"], name="once_on_a_round")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.organisation.name}"


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


auditlog.register(DoorList, include_fields=["guests_per_day", "street", "poster", "poster_on", "poster_seen"])
auditlog.register(DoorLink, include_fields=["issued_at", "ends_at", "voided"])
auditlog.register(
    DoorDay,
    include_fields=[
        "day",
        "app",
        "guests",
        "apart_left",
        "confirmed_had",
        "confirmed_helped",
        "confirmed_refused",
        "confirmed_on",
    ],
)
auditlog.register(Visit, include_fields=["day", "poster_hangs", "list_kept", "looked_over"])
auditlog.register(Round, include_fields=["day"])
auditlog.register(DoorOpening, include_fields=["organisation", "case", "start_at", "end_at", "state"])
