"""Store the organisations that orders name: schools, offices, companies, markets, bus stations, hamlets, quarantine
sites.

A `unit` in code is a province, district or commune of the gazetteer. No person is in these tables but the head of an
organisation, by name or office.
"""

from __future__ import annotations

from auditlog.registry import auditlog
from django.db import models

from bluezone.rollout.cascade import people_meant
from bluezone.rollout.sectors import Sector


class Organisation(models.Model):
    """Store one organisation, its headcount, and the code on its poster."""

    #: `7K3M-Q2XD`: 35 random bits and a check letter (rollout.sectors)
    code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=160)
    #: the name as it is searched for: without diacritics, in small letters
    search_key = models.CharField(max_length=200, blank=True)
    sector = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Sector])
    #: the commune (or district, or province) it lies in: `63:31318`
    within = models.CharField(max_length=8)
    #: that unit's place, then the code: `/63:93/63:930/63:31318/7K3M-Q2XD/`; a unit head's place
    place = models.CharField(max_length=80, db_index=True)
    #: members; None where nobody has counted them yet: it can have a poster, but no target
    headcount = models.PositiveIntegerField(null=True, blank=True)
    #: whether an order to it means the members' families too
    with_families = models.BooleanField(default=False)
    #: who heads it and answers for it, by name or office
    headed_by = models.CharField(max_length=120, blank=True)
    created_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    #: made up, for a new officer to look around
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="headcount_is_somebody", condition=~models.Q(headcount=0)),
            models.UniqueConstraint(
                fields=["within", "sector", "name"],
                condition=models.Q(closed_on=None),
                name="one_open_organisation_of_a_name",
            ),
        ]
        indexes = [models.Index(fields=["sector", "place"])]

    def __str__(self) -> str:
        return self.name

    @property
    def people(self) -> int | None:
        """Return the people an order to it means, with families where the order counts them."""
        return None if self.headcount is None else people_meant(self.headcount, with_families=self.with_families)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


auditlog.register(Organisation)
