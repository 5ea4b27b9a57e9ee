"""Store the organisations that orders name: schools, offices, companies, markets, bus stations, hamlets, quarantine
sites.

A `unit` in code is a province, district or commune of the gazetteer. No person is in these tables but the head of an
organisation, by name or office.

An organisation may hold others: a zone its companies, a school its classes. The place of one that is held is that of
the commune it lies in, then the codes from the top: `/63:93/63:930/63:31318/SCHOOL/CLASS/`. So the officers of its
commune see it, and so does the head of the one that holds it, both by the beginning of its place.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Collection

from auditlog.registry import auditlog
from django.db import models

from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.units.rules import MOST_LEVELS
from bluezone.rollout.cascade import people_meant
from bluezone.rollout.sectors import KEY_LENGTH


class Organisation(models.Model):
    """Store one organisation, its headcount, and the code on its poster."""

    #: `7K3M-Q2XD`: 35 random bits and a check letter (rollout.sectors)
    code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=160)
    #: the name as it is searched for: without diacritics, in small letters
    search_key = models.CharField(max_length=200, blank=True)
    #: a sector's key: a built-in one's (rollout.sectors) or an `OwnSector`'s
    sector = models.CharField(max_length=KEY_LENGTH)
    #: the commune (or district, or province) it lies in: `63:31318`
    within = models.CharField(max_length=8)
    #: that unit's place, then the line: `/63:93/63:930/63:31318/7K3M-Q2XD/`; a unit head's place
    place = models.CharField(max_length=80, db_index=True)
    #: the organisation that holds it
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.RESTRICT, related_name="children")
    #: the codes from the top one that holds it down to its own: `/7K3M-Q2XD/`
    line = models.CharField(max_length=48, db_index=True, blank=True)
    #: members; None where nobody has counted them yet: it can have a poster, but no target
    headcount = models.PositiveIntegerField(null=True, blank=True)
    #: whether an order to it means the members' families too
    with_families = models.BooleanField(default=False)
    #: who heads it and answers for it, by name or office
    headed_by = models.CharField(max_length=120, blank=True)
    created_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    #: the one it went into when it was closed: its posters count for that one since
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    #: members whom it brought to that one's headcount; 0 where those were in it already
    people_brought = models.PositiveIntegerField(default=0)
    #: made up, for a new officer to look around
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="headcount_is_somebody", condition=~models.Q(headcount=0)),
            models.UniqueConstraint(
                fields=["within", "sector", "name"],
                condition=models.Q(closed_on=None, parent=None),
                name="one_open_organisation_of_a_name",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=models.Q(closed_on=None),
                name="one_open_organisation_of_a_name_in_another",
            ),
        ]
        indexes = [models.Index(fields=["sector", "place"])]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def of_sectors(sectors: Collection[str]) -> models.Q:
        """Return the condition of the rows that an office of these sectors may see (officers.scope): of a sector, or in
        an organisation of one."""
        held = (models.Q(**{f"{'parent__' * above}sector__in": sectors}) for above in range(MOST_LEVELS))
        return functools.reduce(operator.or_, held)

    @property
    def sectors(self) -> tuple[str, ...]:
        """Return its sector and those of the organisations that hold it: who answers for a zone answers for what is in
        it."""
        return (self.sector, *(self.parent.sectors if self.parent is not None else ()))

    @property
    def people(self) -> int | None:
        """Return the people an order to it means, with families where the order counts them."""
        return None if self.headcount is None else people_meant(self.headcount, with_families=self.with_families)

    @property
    def above(self) -> tuple[str, ...]:
        """Return the codes of those that hold it, from the top."""
        return line_of(self.place)[:-1]

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


def line_of(place: str) -> tuple[str, ...]:
    """Return the codes of organisations in a place, from the top: those of a class are the school's and its own."""
    return tuple(code for code in codes_of(place) if ":" not in code)


class OwnSector(models.Model):
    """Store a sector that the ministry (for the whole country) or a province has added to the built-in ones."""

    #: what units and orders hold: never changed
    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    #: whose it is: it can be chosen there and in the places below
    place = models.CharField(max_length=80, db_index=True)
    #: in Vietnamese
    name = models.CharField(max_length=80)
    name_english = models.CharField(max_length=80)
    #: whose phones are counted, and who is asked for the count
    counted = models.CharField(max_length=160, blank=True)
    asked = models.CharField(max_length=160, blank=True)
    #: whether an order to it means the members' families too
    with_families = models.BooleanField(default=False)
    #: whether its units ask guests at the door, and keep a list of what they answer
    with_guests = models.BooleanField(default=False)
    #: the office in charge unless a place says otherwise
    office = models.CharField(max_length=120, blank=True)
    #: words of an uploaded list that mean it, one a line, as plain keys
    words = models.TextField(blank=True)
    created_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"], condition=models.Q(closed_on=None), name="one_open_sector_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


auditlog.register(Organisation)
auditlog.register(OwnSector)
