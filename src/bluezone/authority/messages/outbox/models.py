"""Store text messages that wait to be sent, and how often sending failed."""

from __future__ import annotations

from django.db import models


class OutgoingMessage(models.Model):
    """Store a message until it is handed over, or until it is of no use any more."""

    #: AES-256-GCM: number and text
    sealed = models.BinaryField()
    next_try_at = models.DateTimeField(db_index=True)
    good_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"message to be sent by {self.good_until:%Y-%m-%d %H:%M} UTC"


class SendingFailure(models.Model):
    """Count how often handing a message over failed on a day, by its code and the office that sent it."""

    day = models.DateField()
    place = models.CharField(max_length=80)
    code = models.CharField(max_length=40)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "place", "code"], name="one_count_of_a_failure_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.code} {self.count} times"
