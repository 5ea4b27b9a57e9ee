"""Figures of the roll-out, files of figures not yet decided on, and reminders sent."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.units.models import Organisation

#: the source of what this server counted itself: phones that say they are installed, posters
OWN_COUNT = "devices"


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


class OrganisationCount(models.Model):
    """What one source says of one organisation on one day: `devices` where its poster counted, else who reported."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="counts")
    date = models.DateField()
    installs = models.PositiveIntegerField()
    active = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=500, default=OWN_COUNT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "date", "source"], name="one_figure_of_an_organisation_a_source_and_day"
            )
        ]
        indexes = [models.Index(fields=["date", "organisation"])]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.date}"


class FigureImport(models.Model):
    """A file an officer brought. It is kept as it came until he decides, a day at most; then only what became of it."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits for your decision")
        STORED = "stored", _("stored")
        CANCELLED = "cancelled", _("cancelled, nothing stored")
        EXPIRED = "expired", _("not decided on within a day, nothing stored")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="imports")
    #: the jurisdiction it was read for
    place = models.CharField(max_length=80, db_index=True)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    #: empty once decided
    data = models.BinaryField()
    default_date = models.DateField(null=True)
    source = models.CharField(max_length=500)
    received_at = models.DateTimeField(db_index=True)
    decided_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["state", "received_at"])]

    def __str__(self) -> str:
        return f"import of {self.file_name}"

    def get_additional_data(self) -> dict[str, str]:
        """Where the audit trail files it."""
        return {"place": self.place}


class Reminder(models.Model):
    """That an officer reminded a unit of its report. `key` is a unit's code (`63:930`) or an organisation's."""

    key = models.CharField(max_length=16)
    place = models.CharField(max_length=80, db_index=True)
    #: the day whose report was missing
    day = models.DateField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="one_reminder_a_unit_and_day")]

    def __str__(self) -> str:
        return f"{self.key} {self.day}"

    def get_additional_data(self) -> dict[str, str]:
        """Where the audit trail files it."""
        return {"place": self.place}


auditlog.register(Reminder, include_fields=["key", "day"])
auditlog.register(
    FigureImport, include_fields=["file_name", "sha256", "source", "state", "added", "changed", "left_out"]
)
