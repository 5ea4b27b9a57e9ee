"""Store what publish requests were like: one note each until its hour is over, then sums of the hour."""

from __future__ import annotations

from django.db import models


class PublishNote(models.Model):
    """Note one publish request that stored something. No key, no region, no minute: nothing to tell a person by.

    A row of its own instead of a sum, so that two requests never wait for each other; deleted within the hour.
    """

    hour = models.DateTimeField(db_index=True)
    #: `device_api.platforms.Platform`
    platform = models.PositiveSmallIntegerField()
    keys = models.PositiveSmallIntegerField()
    revision = models.BooleanField()
    #: days since the oldest key began
    oldest_days = models.PositiveSmallIntegerField()
    #: days since the onset; None where the phone gave none
    onset_days = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"publish request of {self.hour:%Y-%m-%d %H} h UTC"


class PublishHour(models.Model):
    """Store the sums of an hour's publish requests (`rules.Sums`)."""

    hour = models.DateTimeField(unique=True)
    sums = models.JSONField()

    def __str__(self) -> str:
        return f"publish requests of {self.hour:%Y-%m-%d %H} h UTC"
