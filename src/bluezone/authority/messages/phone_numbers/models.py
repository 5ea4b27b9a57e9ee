"""Store telephone numbers, encrypted, and the requests under way. Neither refers to a name, an installation or a
case."""

from __future__ import annotations

from django.db import models


class NumberRequest(models.Model):
    """Store a number that waits for its code; deleted after a day. `digest` is a keyed hash of what the phone drew."""

    digest = models.CharField(max_length=64, primary_key=True)
    #: keyed hash of the number: to count messages to it
    number_digest = models.CharField(max_length=64, db_index=True)
    #: AES-256-GCM
    number = models.BinaryField()
    place = models.CharField(max_length=80)
    language = models.CharField(max_length=2)
    #: keyed hash of request and code
    code_digest = models.CharField(max_length=64)
    code_expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_index=True)
    sends = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"request of {self.created_at:%Y-%m-%d %H:%M} UTC"


class PhoneNumber(models.Model):
    """Store a number whose owner has shown to read its messages. `digest`: a keyed hash of the number, one row a
    number."""

    digest = models.CharField(max_length=64, unique=True)
    #: AES-256-GCM
    number = models.BinaryField()
    #: of the commune the person chose, `/` where none: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    language = models.CharField(max_length=2)
    #: keyed hash of what the phone can delete it by
    receipt_digest = models.CharField(max_length=64, unique=True)
    confirmed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"a number in {self.place}, since {self.confirmed_at:%Y-%m-%d}"
