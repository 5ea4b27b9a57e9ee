"""Store agreements with partners, and what was handed to each: the outbox. No record is copied: what is sent is written
when it is sent."""

from __future__ import annotations

import datetime as dt

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.episodes.models import Episode
from bluezone.authority.partners.rules import MOST_NAME, Format, State
from bluezone.authority.site import clock, encryption
from bluezone.authority.site import secrets as keyed
from bluezone.exchange.answers import MOST_TEXT

_SECRET = "key of a partner"  # noqa: S105 (the purpose of a key)


class Agreement(models.Model):
    """Store a signed agreement: what goes to a partner. Terms are read from the document alone, never from columns."""

    #: byte for byte (ASCII), as `protocol.documents` signs
    document = models.TextField()
    #: copies of what it says, to list and to sort by
    name = models.CharField(max_length=MOST_NAME)
    format = models.CharField(
        max_length=16,
        choices=[
            (Format.FHIR.value, _("FHIR server")),
            (Format.TRACKER.value, _("DHIS2, persons")),
            (Format.FIGURES.value, _("DHIS2, figures of a day")),
            (Format.SORMAS.value, _("SORMAS")),
            (Format.WHO.value, _("File: line list of WHO (CSV)")),
            (Format.EPICONTACTS.value, _("File: contacts for R’s epicontacts (CSV)")),
            (Format.MINISTRY.value, _("File: the ministry’s table of cases (XLSX)")),
            (Format.NDJSON.value, _("File: FHIR resources (NDJSON)")),
        ],
    )
    place = models.CharField(max_length=80)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: before its time, by an officer
    stopped_at = models.DateTimeField(null=True)
    #: the header `Authorization` (AES-256-GCM)
    secret = models.BinaryField(default=bytes)

    # Of the job that hands over; not in the audit log.
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    #: when the partner took something last
    taken_at = models.DateTimeField(null=True)
    #: the last answer that was no yes
    trouble = models.CharField(max_length=MOST_TEXT, blank=True)
    #: the row up to which changes were looked for
    swept = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name

    def set_secret(self, text: str) -> None:
        """Set the header with which the partner lets us in, encrypted."""
        self.secret = encryption.encrypt_under(keyed.key(_SECRET), text) if text else b""

    @property
    def last_day(self) -> dt.date:
        """Return the last day on which it holds."""
        return clock.date_of(self.ends_at - dt.timedelta(seconds=1))

    @property
    def authorization(self) -> str:
        """Return the header; nothing where there is none. Raises LostKeyError."""
        secret = bytes(self.secret)
        return encryption.decrypt_under(keyed.keys(_SECRET), secret, _SECRET) if secret else ""

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class Delivery(models.Model):
    """Store what became of one episode, or of one day's figures, for one partner. One row each, however often it is
    sent: the partner keeps it under the same identifier."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="deliveries")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.CASCADE, related_name="deliveries")
    day = models.DateField(null=True)
    state = models.CharField(
        max_length=7,
        default=State.WAITING.value,
        choices=[
            (State.WAITING.value, _("waits")),
            (State.SENT.value, _("handed over")),
            (State.DEAD.value, _("refused")),
        ],
    )
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    #: digest of what the partner has, to find out what changed
    digest = models.CharField(max_length=32, blank=True)
    #: the partner's words, where it did not take it
    answer = models.CharField(max_length=MOST_TEXT, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "episode"], name="an_episode_once_a_partner"),
            models.UniqueConstraint(
                fields=["agreement", "day"], condition=models.Q(episode=None), name="a_day_once_a_partner"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agreement", "next_try_at", "id"],
                condition=models.Q(state=State.WAITING.value),
                name="deliveries_that_wait",
            ),
            models.Index(fields=["agreement", "state", "id"], name="deliveries_of_a_state"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} to {self.agreement_id}"

    @property
    def name(self) -> str:
        """Return what was to be handed over, as officers call it."""
        return self.episode.called if self.episode is not None else f"{self.day:%d/%m/%Y}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.agreement.place}


auditlog.register(Agreement, include_fields=["name", "format", "ends_at", "stopped_at"])
