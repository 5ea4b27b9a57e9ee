"""The roll-out's figures."""

from __future__ import annotations

from django.db import models


class DailyCount(models.Model):
    """What one source says of one unit on one day: a bulletin's address, or `devices` where we counted ourselves.

    Mirrors `bluezone.rollout.counts.Count`. Series breaks are dates of the whole country and live there too.
    """

    #: `63:93`
    unit = models.CharField(max_length=8)
    #: see `accounts.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    date = models.DateField()
    installs = models.PositiveBigIntegerField(null=True)
    with_phone = models.PositiveBigIntegerField(null=True)
    active = models.PositiveBigIntegerField(null=True)
    #: as printed, as text: how many decimals there are says how it was rounded
    percent_population = models.CharField(max_length=16, blank=True)
    percent_smartphones = models.CharField(max_length=16, blank=True)
    share_of = models.CharField(max_length=16, default="installs")
    rank = models.PositiveSmallIntegerField(null=True)
    derived = models.BooleanField(default=False)
    source = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "date", "source"], name="one_figure_a_source_and_day")]
        indexes = [models.Index(fields=["date", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.date}: {self.installs}"


class FiguresState(models.Model):
    """One row: how often figures were changed, and when last. Pages that were drawn before are drawn anew."""

    number = models.PositiveBigIntegerField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} changes, the last at {self.changed_at:%Y-%m-%d %H:%M} UTC"
