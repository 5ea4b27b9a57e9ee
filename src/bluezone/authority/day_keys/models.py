"""Store keys of a day: the public half, and the private one encrypted under the key of identities."""

from __future__ import annotations

from django.db import models


class DayKey(models.Model):
    """Store the key pair of a purpose, a place and a day."""

    purpose = models.CharField(max_length=16)
    #: who holds it: a province, or the country
    place = models.CharField(max_length=80)
    day = models.DateField(db_index=True)
    #: the first half of the public half's SHA-256
    key_id = models.CharField(max_length=32, unique=True)
    public = models.BinaryField(max_length=65)
    private = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "place", "day"], name="one_key_a_day")]

    def __str__(self) -> str:
        return f"{self.purpose} key of {self.place}, {self.day}"
