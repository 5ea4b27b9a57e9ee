"""Store the daily rosters of people in quarantine, at sites and at home.

No name and no telephone number is in these tables: a person is the number of a bed, or of a house and its hamlet. Rows
go after 14 days (retention.py); what stays of a day are its counts.
"""

from __future__ import annotations

from django.db import models

from bluezone.authority.quarantine.rules import Counts, Presence, State
from bluezone.authority.units.models import Organisation


class Roster(models.Model):
    """Store a day of a site, or of the people at home in a commune, with its counts: they are what leaves the place."""

    #: whose officers see it: the site's place, or the commune's
    place = models.CharField(max_length=80)
    #: the site; None for people at home
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="rosters"
    )
    day = models.DateField(db_index=True)
    #: the roster whose people were carried over
    carried_over_from = models.DateField(null=True, blank=True)
    #: when somebody last confirmed that it is complete; anything noted later is counted, too
    checked_at = models.DateTimeField(null=True, blank=True)
    present = models.PositiveIntegerField(default=0)
    with_phone = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    has_app = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "day"], name="one_roster_of_a_place_and_day")]

    def __str__(self) -> str:
        return f"{self.place} {self.day}"

    @property
    def counts(self) -> Counts:
        """Return its counts, as they were noted."""
        return Counts(self.present, self.with_phone, self.asked, self.has_app, self.helped)


class Row(models.Model):
    """Store what is noted of one person on one day: a bed, or one of the people of a house."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="rows")
    #: a registered hamlet's name, or its number; empty at a site
    hamlet = models.CharField(max_length=160, blank=True)
    #: as it is shown, and its key (numbers.Number)
    number = models.CharField(max_length=16)
    number_key = models.CharField(max_length=80)
    #: which of the people of a house; 1 at a site
    person = models.PositiveSmallIntegerField(default=1)
    presence = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in Presence], default=Presence.PRESENT.value
    )
    has_phone = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)
    has_app = models.BooleanField(default=False)
    helped = models.BooleanField(default=False)
    #: grows with each change: who takes something back must have seen the newest
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "hamlet", "number_key", "person"], name="one_row_of_a_person_and_roster"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.person}"

    @property
    def state(self) -> State:
        """Return what is noted of the person."""
        return State(Presence(self.presence), self.has_phone, self.asked, self.has_app, self.helped)
