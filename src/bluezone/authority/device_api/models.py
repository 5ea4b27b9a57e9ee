"""Store what the device API must remember between workers: how often a caller asked."""

from __future__ import annotations

from django.db import models


class RateWindow(models.Model):
    """Count the requests of one caller to one endpoint in one window of ten minutes. `key` is a digest, no address."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} requests until {self.ends_at:%H:%M} UTC"


class RefusalDay(models.Model):
    """Count what phones were refused in a day (UTC), by platform: codes, nonces, tokens (`refusals.Refusal`)."""

    day = models.DateField()
    kind = models.CharField(max_length=8)
    #: `callers.Platform`
    platform = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind", "platform"], name="one_count_of_refusals_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count} of {self.kind}"
