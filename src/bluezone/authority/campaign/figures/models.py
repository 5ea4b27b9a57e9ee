"""Store figures of the roll-out, counts of people, and reminders sent."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.rollout.counts import Origin


class DailyCount(models.Model):
    """Hold what one source reports of one unit or organisation on one day.

    Mirrors `bluezone.rollout.counts.Count`. Only `reader` and `store` query it. Series breaks are dates of the whole
    country and live in `rollout.counts`.
    """

    #: `63:93`, or an organisation's code, `7K3M-Q2XD`
    key = models.CharField(max_length=9)
    #: where it lay when the figure was stored, see `officers.jurisdiction`
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
    #: printed as “more than”
    bound = models.BooleanField(default=False)
    #: the class of the source, decided when the figure is entered
    origin = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in Origin if each is not Origin.PARTS]
    )
    #: its reference: an address, the number of a letter, `report`, or `devices` where we counted ourselves
    source = models.CharField(max_length=500)

    class Meta:
        # The order of columns serves the reader: the newest count of a unit and class is at the end of a range.
        constraints = [
            models.UniqueConstraint(fields=["key", "origin", "date", "source"], name="one_figure_a_source_and_day")
        ]
        indexes = [models.Index(fields=["date", "key"])]

    def __str__(self) -> str:
        return f"{self.key} {self.date}"


class Population(models.Model):
    """Store how many people a unit or organisation has, by one source.

    Days from `counts_from` on have their shares formed on it, until a newer one counts; days before never change.
    Mirrors `bluezone.geography.figures`: rows of one measure, day and source are one vintage.
    """

    class Measure(models.TextChoices):
        POPULATION = "population", _("population")
        SMARTPHONES = "smartphones", _("smartphones")
        ADULTS = "adults", _("adults")
        #: the members of an organisation, families not counted
        HEADCOUNT = "headcount", _("headcount")

    #: as of `DailyCount`
    key = models.CharField(max_length=9)
    place = models.CharField(max_length=80, db_index=True)
    measure = models.CharField(max_length=12, choices=Measure)
    people = models.PositiveBigIntegerField()
    #: the day the source speaks of
    as_of = models.DateField()
    counts_from = models.DateField()
    source = models.CharField(max_length=500)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "measure", "as_of", "source"], name="one_population_a_source_and_day"
            ),
            models.CheckConstraint(name="population_is_somebody", condition=models.Q(people__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.as_of}"

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it."""
        return {"place": self.place, "source": self.source}


class PrintedTable(models.Model):
    """Keep a table of the provinces as a source printed it on a day, with who entered it.

    The figures of its rows are `DailyCount`s, of the Ministry where an officer of the Ministry entered it; corrected
    ones are corrected there. What was printed stays as it was: `rows` holds, in the order printed, unit, count, both
    shares and rank (see `national.PrintedRow`).
    """

    date = models.DateField()
    source = models.CharField(max_length=500)
    #: the words under or over the table: up to which hour, of what
    wording = models.TextField(blank=True)
    #: the jurisdiction it was entered for
    place = models.CharField(max_length=80, db_index=True)
    rows = models.JSONField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["date", "place", "source"], name="one_printed_table_a_source_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.source}"

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it."""
        return {"place": self.place, "source": self.source}


class ApprovedDay(models.Model):
    """Record that an officer of a place approved what all units in it had reported for a day: from then on each of
    these figures changes only by a correction with a reason (`reader.approved`)."""

    place = models.CharField(max_length=80)
    day = models.DateField(db_index=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField()
    #: why it is withdrawn, for the audit log
    why = ""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "day"], name="one_approval_a_place_and_day")]

    def __str__(self) -> str:
        return f"{self.place} {self.day}"

    def get_additional_data(self) -> dict[str, str]:
        """Return where the audit log files it, and of one that is withdrawn, why."""
        return {"place": self.place} | ({"why": self.why} if self.why else {})


class FiguresState(models.Model):
    """Count, in one row, how often figures were changed, and when last: pages drawn before are drawn anew."""

    number = models.PositiveBigIntegerField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} changes, the last at {self.changed_at:%Y-%m-%d %H:%M} UTC"


class Reminder(models.Model):
    """Record that an officer reminded a unit of its report. `key` is a unit's code (`63:930`) or an organisation's."""

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
        """Return where the audit log files it."""
        return {"place": self.place}


auditlog.register(Population, include_fields=["measure", "people", "as_of", "counts_from"])
auditlog.register(PrintedTable, include_fields=["date", "wording"])
auditlog.register(ApprovedDay, include_fields=["day"])
auditlog.register(Reminder, include_fields=["key", "day"])
