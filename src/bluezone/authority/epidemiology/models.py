"""Store the views of the line list that officers keep, and the snapshot that all figures of an outbreak are read
from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Store a view of the line list under an officer's own name for it. It holds filters, never a person."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_of_a_name_an_officer")]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """Store the rows of one kind that the figures of an outbreak are reckoned from, of the episodes of one place. All
    places are made at once from the episodes and replaced whole (`snapshots`); no name, number or address is in it."""

    class Kind(models.TextChoices):
        CASES = "cases"
        #: exposures of cases to whom they can have been infected by
        MET = "met"
        #: contacts, counted by what they have in common
        PEOPLE = "people"
        #: people exposed, counted by setting and site
        SITES = "sites"
        #: contacts heard, counted by day
        HEARD = "heard"

    place = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=Kind)
    #: as of when
    at = models.DateTimeField()
    #: a JSON list of lists; days as ordinals
    rows = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "place"], opclasses=["varchar_pattern_ops"] * 2, name="snapshots_of_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.place}"
