"""Store received keys, the batches and files that carry them, whether contacts may warn others, and how many publish.

Nothing here leads to a person: keys of one patient are separate rows without a common mark.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from auditlog.registry import auditlog
from django.conf import settings
from django.db import connection, models

from bluezone.authority.keys import rules
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

MAX_REASON = 200
_REPORT_TYPES = [(kind.value, kind.name.lower()) for kind in ReportType]


def leave_room(**_: object) -> None:
    """Let PostgreSQL fill a page of keys by less than half, after migrations (`post_migrate`): a key that gets its
    batch then finds room on its own page, and no index has to know (a heap-only update)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {PublishedKey._meta.db_table} SET (fillfactor = 45)")


class ExportBatch(models.Model):
    """Store a batch: all keys whose embargo in a region ended in [start_at, end_at). Batches of a region follow one
    another without gap.

    OPEN: its keys are chosen, its files may or may not be there. DONE: its files are whole, and `index.txt` names them.
    BIN: past its time, its files and lines of the index are gone, its keys are still there (`retention`).
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        BIN = "bin"

    class Out(models.TextChoices):
        NONE = ""
        ALL = "all"
        TRAVELLERS = "travellers"

    region = models.CharField(max_length=16)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    #: which of its keys other authorities get (`editions`), as it was set when it was opened
    out = models.CharField(max_length=10, choices=Out, default=Out.NONE, db_default=Out.NONE, blank=True)
    #: when it was moved to the bin
    binned_at = models.DateTimeField(null=True)
    #: No key of it was embargoed until before this moment, and none until after `end_at`: so they are found without
    #: an index of batches. None: not known, as its span is not that of its keys (`healing`, `adopting`)
    embargoed_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "end_at"], name="one_batch_a_span")]
        indexes = [models.Index(fields=["state", "end_at"])]

    def __str__(self) -> str:
        return f"batch {self.region} until {self.end_at:%Y-%m-%d %H:%M} UTC ({self.state})"

    def carried(self) -> models.QuerySet[PublishedKey]:
        """Return its keys, revisions apart."""
        if self.embargoed_from is None:
            return self.keys.all()
        return self.keys.filter(
            region=self.region, embargoed_until__gte=self.embargoed_from, embargoed_until__lte=self.end_at
        )


class ExportFile(models.Model):
    """Store a file of a batch, by its path under the exports folder."""

    batch = models.ForeignKey(ExportBatch, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=120, unique=True)
    key_count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.path


#: what a revision changes of a key
REVISED = ("revised_report_type", "revised_days_since_onset", "revised_transmission_risk", "revised_at")


class Keys(models.QuerySet["PublishedKey"]):
    """Change many keys at once."""

    def revoke(self, now: dt.datetime) -> int:
        """Revoke keys, to be told with the next batch; return how many."""
        return self.update(
            revised_report_type=ReportType.REVOKED.value,
            revised_days_since_onset=None,
            revised_transmission_risk=rules.default_risk(ReportType.REVOKED),
            revised_at=rules.floor(now, settings.BLUEZONE.truncate_window_s),
            revision_batch=None,
        )


class PublishedKey(models.Model):
    """Store a TEK of a consenting patient, or one made up so that a file does not disclose how few there are."""

    #: once a region: a contact's key that is confirmed stands in both
    key = models.BinaryField(max_length=16)
    rolling_start_interval = models.PositiveIntegerField()
    rolling_period = models.PositiveSmallIntegerField()
    transmission_risk = models.PositiveSmallIntegerField()
    report_type = models.PositiveSmallIntegerField(choices=_REPORT_TYPES)
    days_since_onset = models.SmallIntegerField(null=True)
    made_up = models.BooleanField(default=False)
    region = models.CharField(max_length=16)
    traveler = models.BooleanField(default=False)
    #: the authority that published it first, by its number (`federation.models.Source`); None: a phone of our own.
    #: No foreign key: the package stands above this one, and a source is kept as long as a key of it
    source = models.PositiveIntegerField(null=True)
    #: from when on it may be in a file (rules.embargoed_until): arrival cut to the window, or after the key's own span
    #: and the clock tolerance
    embargoed_until = models.DateTimeField()
    # Without constraints in the database: one would be looked at for each key that arrives, though it has no batch yet,
    # and for each of the many that get one by one statement, with the batch made beside them. PROTECT holds all the
    # same, for batches are deleted in `healing` and `retention` alone.
    batch = models.ForeignKey(
        ExportBatch, null=True, on_delete=models.PROTECT, related_name="keys", db_index=False, db_constraint=False
    )
    #: keyed digest of (the upload's HMAC, this key): knows the same upload when it comes again, links to no other row
    upload_digest = models.CharField(max_length=64, blank=True)

    revised_report_type = models.PositiveSmallIntegerField(choices=_REPORT_TYPES, null=True)
    revised_days_since_onset = models.SmallIntegerField(null=True)
    revised_transmission_risk = models.PositiveSmallIntegerField(null=True)
    revised_at = models.DateTimeField(null=True)
    revision_batch = models.ForeignKey(
        ExportBatch, null=True, on_delete=models.PROTECT, related_name="revisions", db_index=False, db_constraint=False
    )

    objects = Keys.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "region"], name="a_key_once_a_region")]
        indexes = [
            # No index knows the batch, neither as a field nor as a condition: else PostgreSQL would enter a key anew in
            # every index when it gets one. So it stays on its page, where half is left free (`leave_room`).
            models.Index(fields=["region", "embargoed_until"], name="key_by_embargo"),
            models.Index(
                fields=["region", "revised_at"],
                condition=models.Q(revised_at__isnull=False, revision_batch=None),
                name="revision_awaits_export",
            ),
            # Without the empty ones: hardly any key is ever revised.
            models.Index(
                fields=["revision_batch"], condition=models.Q(revision_batch__isnull=False), name="revision_of_a_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"key of interval {self.rolling_start_interval}"

    @classmethod
    def of(cls, tek: TemporaryExposureKey, **facts: Any) -> PublishedKey:
        """Return a key to be stored as it is published."""
        return cls(
            key=tek.key,
            rolling_start_interval=tek.rolling_start_interval,
            rolling_period=tek.rolling_period,
            transmission_risk=tek.transmission_risk,
            report_type=tek.report_type,
            days_since_onset=tek.days_since_onset,
            **facts,
        )

    def revise(self, tek: TemporaryExposureKey, at: dt.datetime) -> None:
        """Note what the key was published as once more."""
        self.revised_report_type, self.revised_transmission_risk = tek.report_type, tek.transmission_risk
        self.revised_days_since_onset, self.revised_at = tek.days_since_onset, at

    def exported(self) -> TemporaryExposureKey:
        """Return the key as it is written among a file's keys."""
        return TemporaryExposureKey(
            key=bytes(self.key),
            rolling_start_interval=self.rolling_start_interval,
            rolling_period=self.rolling_period,
            transmission_risk=self.transmission_risk,
            report_type=ReportType(self.report_type),
            days_since_onset=self.days_since_onset,
        )


class Probe(models.Model):
    """Store a made-up case that was played through the whole (`probing`): how far it came, and what would be heard of
    it."""

    begun_at = models.DateTimeField(db_index=True)
    #: an identifier of its key, and the interval number at which it would be heard
    identifier = models.BinaryField(default=bytes)
    heard_at = models.PositiveIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"made-up case of {self.begun_at:%Y-%m-%d %H:%M} UTC"


# --- contacts who warn others (second order) --------------------------------------------------------------------------


class SecondOrderSwitch(models.Model):
    """Store that the ministry turned warnings of second order on or off. Rows are never changed: the newest decides."""

    on = models.BooleanField()
    since = models.DateTimeField(db_index=True)
    #: the decision or letter that it follows
    reason = models.CharField(max_length=MAX_REASON)
    #: none: the operator, at the command line
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"warnings of second order {'on' if self.on else 'off'} since {self.since:%Y-%m-%d %H:%M} UTC"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": NATION}


class ContactKey(models.Model):
    """Store by which code of a contact a key was published, so that it can be revoked when the contact is released: a
    keyed digest, in which nobody finds anything without the installation's secret."""

    # Without a constraint: a million keys that are past their time go by one statement, and these after them
    # (`retention`).
    key = models.OneToOneField(PublishedKey, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    code_digest = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"key {self.key_id} of a contact"


# --- statistics of publish requests -----------------------------------------------------------------------------------


class PublishNote(models.Model):
    """Note one publish request that stored something. No key, no region, no minute: nothing to tell a person by.

    A row of its own instead of a sum, so that two requests never wait for each other; deleted within the hour.
    """

    hour = models.DateTimeField(db_index=True)
    #: `device_api.callers.Platform`
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
    """Store the sums of an hour's publish requests (`statistics.Sums`)."""

    hour = models.DateTimeField(unique=True)
    sums = models.JSONField()

    def __str__(self) -> str:
        return f"publish requests of {self.hour:%Y-%m-%d %H} h UTC"


auditlog.register(SecondOrderSwitch)
