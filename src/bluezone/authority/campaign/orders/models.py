"""Store orders, and what each unit is to reach under them.

A directive is the letter: "at least 30 % of the population of Hậu Giang by 30 August", number, date, who answers. Its
targets are the numbers: one for its own scope and, where it was handed down, one for each district, commune, sector or
organisation below. The people each share is of are stored with it: a later census does not change an order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from fractions import Fraction

from auditlog.registry import auditlog
from django.db import models

from bluezone.authority.units.models import Organisation
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base


class Directive(models.Model):
    """Store an order."""

    number = models.CharField(max_length=60)
    issued = models.DateField()
    issuer = models.CharField(max_length=160)
    #: the unit it is given to, as a code (`63:93`), and that unit's place
    scope = models.CharField(max_length=8)
    place = models.CharField(max_length=80, db_index=True)
    base = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Base])
    #: the share as it was written, exact: `3/10`
    target = models.CharField(max_length=24)
    deadline = models.DateField()
    #: until then units have time that come in late (registered, opened again); empty: until the deadline, as all
    late_until = models.DateField(null=True, blank=True)
    responsible = models.CharField(max_length=160)
    #: how it was handed down; empty where it was not
    split = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Split], blank=True)
    #: the order from above that this one carries out
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_out_by")
    #: the order this one takes the place of
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    #: from that day on it is of no effect: withdrawn, or replaced
    ended_on = models.DateField(null=True, blank=True)
    #: made up, or entered for a new officer to look around
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "number", "issued", "base"],
                condition=models.Q(ended_on=None),
                name="one_standing_directive_of_a_number",
            )
        ]
        indexes = [models.Index(fields=["scope", "deadline"])]

    def __str__(self) -> str:
        return self.number

    @property
    def share(self) -> Fraction:
        """Return the target as an exact share."""
        return Fraction(self.target)

    def in_force(self, day: dt.date) -> bool:
        """Return whether it is in force on a day: given, and neither withdrawn nor replaced. It stays in force past its
        deadline."""
        return self.issued <= day and (self.ended_on is None or day < self.ended_on)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


class Kind(models.TextChoices):
    """Name the kind of what a target is for."""

    UNIT = "unit"
    SECTOR = "sector"
    ORGANISATION = "organisation"


class Target(models.Model):
    """Hold what one unit, sector or organisation is to reach under a directive. The root has no parent."""

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="targets")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    #: `63:93`, a sector's name or an organisation's code
    key = models.CharField(max_length=16)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="targets"
    )
    #: whose officers see it; of a sector the place of the directive
    place = models.CharField(max_length=80, db_index=True)
    #: what the share is of, as known when the order was given (a unit joined), and by which count; 0 for a sector
    #: without units
    people = models.PositiveBigIntegerField()
    people_source = models.CharField(max_length=80, blank=True)
    #: installs on that day; None where no figure was known
    installs_then = models.PositiveBigIntegerField(null=True)
    installs = models.PositiveBigIntegerField()
    responsible = models.CharField(max_length=160, blank=True)
    #: the day on which a unit came into an order that had been given already
    joined_on = models.DateField(null=True, blank=True)
    #: from that day on it stands in the order no more (closed, moved away, of another sector): it is in no sum
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directive", "kind", "key"], name="one_target_of_a_unit_and_directive")
        ]
        indexes = [models.Index(fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.key}: {self.installs}"

    @staticmethod
    def of_sectors(sectors: Collection[str]) -> models.Q:
        """Return the condition of the rows that an office of these sectors may see (officers.scope)."""
        return models.Q(kind=Kind.SECTOR, key__in=sectors) | models.Q(organisation__sector__in=sectors)

    @property
    def deadline(self) -> dt.date:
        """Return the day until which it has time: the order's deadline, or the day set for units that came late."""
        late = self.directive.late_until if self.joined_on else None
        return late or self.directive.deadline


auditlog.register(Directive)
