"""Store how people are reached: families through their members, households from house to house, by unions' tasks.

No name and no telephone number is in these tables: a household is a number, who goes to it a function. Rows of
households go when a hamlet has not been visited for 60 days (retention.py); what stays are counts.
"""

from __future__ import annotations

from collections.abc import Collection

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.units.models import Organisation
from bluezone.rollout.households import Outcome


def _filed(organisation: int) -> dict[str, str]:
    """Return where the audit log files a change of a unit's row: at its place; of a unit that is being deleted itself
    (made up, for a new officer to look around) at the country."""
    place = Organisation.objects.filter(pk=organisation).values_list("place", flat=True).first()
    return {"place": place or NATION}


def _name(organisation: int) -> str:
    """Return a unit's name; nothing of one that is being deleted itself."""
    return Organisation.objects.filter(pk=organisation).values_list("name", flat=True).first() or ""


class FamilyTally(models.Model):
    """Store what is known of a unit's members and their families up to a day: running totals (`rollout.families`)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="family_tallies")
    date = models.DateField()
    told = models.PositiveIntegerField(null=True)
    reached = models.PositiveIntegerField(null=True)
    families_with_app = models.PositiveIntegerField(null=True)
    pledging = models.PositiveIntegerField(null=True)
    pledged = models.PositiveIntegerField(null=True)
    members = models.PositiveIntegerField(null=True)
    family = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "date"], name="one_family_tally_of_a_unit_and_day")
        ]

    def __str__(self) -> str:
        return f"{_name(self.organisation_id)} {self.date}"

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it."""
        return _filed(self.organisation_id)


class Hamlet(models.Model):
    """Store the number of a hamlet's households, and the counts of `rollout.households.Rounds` as last reckoned."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="hamlet")
    #: None where nobody has said how many there are
    households = models.PositiveIntegerField(null=True)
    visited = models.PositiveIntegerField(default=0)
    has = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)
    no_phone = models.PositiveIntegerField(default=0)
    last_visit_on = models.DateField(null=True)

    def __str__(self) -> str:
        return _name(self.organisation_id)

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it."""
        return _filed(self.organisation_id)


class VisitTeam(models.Model):
    """Store who goes from house to house in a hamlet, by function, and to which households."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="visit_teams")
    name = models.CharField(max_length=80)
    #: household numbers, as `41–80, 85`
    numbers = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_team_of_a_name_in_a_hamlet")]

    def __str__(self) -> str:
        return self.name

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it."""
        return _filed(self.organisation_id)


class HouseholdVisit(models.Model):
    """Store that a household, by number, was visited on a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="household_visits")
    number = models.PositiveSmallIntegerField()
    date = models.DateField()
    outcome = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Outcome])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number", "date"], name="one_visit_of_a_household_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.date}"


class VisitDay(models.Model):
    """Store how many households of a hamlet were visited on a day, with which outcome: it stays when the rows go."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="visit_days")
    date = models.DateField()
    has = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)
    no_phone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "date"], name="one_visit_day_of_a_hamlet_and_day")
        ]

    def __str__(self) -> str:
        return f"{_name(self.organisation_id)} {self.date}"

    @property
    def visited(self) -> int:
        return self.has + self.helped + self.refused + self.absent + self.no_phone

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it."""
        return _filed(self.organisation_id)


class UnionTask(models.Model):
    """Store what a union or association takes on: an install drive at a market, house to house in a hamlet."""

    class Kind(models.TextChoices):
        DRIVE = "drive", _("install drive")
        HOUSES = "houses", _("from house to house")
        MEETING = "meeting", _("at a meeting")
        TELLING = "telling", _("leaflets, loudspeakers, messages")
        OTHER = "other", _("something else")

    #: the union
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="union_tasks")
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=160)
    #: the market or hamlet where it is done; None where it is no unit
    at = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks_here")
    due = models.DateField(db_index=True)
    done_on = models.DateField(null=True, blank=True)
    #: people who were spoken to, and who installed it with help
    asked = models.PositiveIntegerField(null=True, blank=True)
    helped = models.PositiveIntegerField(null=True, blank=True)
    #: given by an officer above, not taken on by the union itself
    is_given = models.BooleanField(default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.title

    @staticmethod
    def of_sectors(sectors: Collection[str]) -> models.Q:
        """Return the condition under which a task is one of these sectors: all are of unions."""
        return models.Q(organisation__sector__in=list(sectors))

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it."""
        return _filed(self.organisation_id)


auditlog.register(FamilyTally, exclude_fields=["id", "organisation", "members", "family"])
auditlog.register(Hamlet, include_fields=["households"])
auditlog.register(VisitTeam, include_fields=["name", "numbers"])
auditlog.register(UnionTask, exclude_fields=["id", "entered_by"])
