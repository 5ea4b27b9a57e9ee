"""Store which authorities' keys are read, by which public keys they are believed, and what became of each file."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.db import models

from bluezone.authority.officers.jurisdiction import NATION

MAX_NAME, MAX_URL, MAX_REGION, MAX_KEY_NAME, MAX_FILE_NAME = 80, 300, 40, 64, 200


class Source(models.Model):
    """Store an authority whose published keys are taken. One that was removed stays until its last key is deleted."""

    name = models.CharField(max_length=MAX_NAME)
    index_url = models.CharField(max_length=MAX_URL)
    #: what the names in the index are under; empty: it follows from the index's own address
    export_root = models.CharField(max_length=MAX_URL, blank=True)
    #: the region that its files must say
    region = models.CharField(max_length=MAX_REGION)
    #: its keys are stored as of travellers
    travellers = models.BooleanField(default=False)
    #: a day on which so many keys were taken ends for it: what is left waits for the next
    keys_a_day = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    # Of the job that reads it; not in the audit log.
    tried_at = models.DateTimeField(null=True)
    #: when its index was read last
    read_at = models.DateTimeField(null=True)
    #: why that failed last (`rules.Trouble`), and in words for an engineer
    trouble = models.CharField(max_length=12, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.region})"

    @property
    def is_read(self) -> bool:
        """Return whether the job reads it."""
        return self.paused_at is None and self.removed_at is None

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": NATION}


class SourceKey(models.Model):
    """Store a public key by which a source's files are believed."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="public_keys")
    #: what a signature must name; empty: anything
    key_id = models.CharField(max_length=MAX_KEY_NAME, blank=True)
    key_version = models.CharField(max_length=MAX_KEY_NAME, blank=True)
    public_key_pem = models.TextField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key {self.key_id or 'of any id'}, {self.key_version or 'any version'}, of source {self.source_id}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": NATION}


class SourceFile(models.Model):
    """Store what became of a file of a source.

    READING: keys up to `position` and revised keys up to `revised_position` are stored. READ: all are. BAD: none could
    be, or no more of them; tried again from `retry_at` on.
    """

    class State(models.TextChoices):
        READING = "reading"
        READ = "read"
        BAD = "bad"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="files")
    #: as the index writes it
    name = models.CharField(max_length=MAX_FILE_NAME)
    state = models.CharField(max_length=7, choices=State, default=State.READING)
    tried_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    #: why it is bad (`rules.Trouble`), and in words for an engineer
    trouble = models.CharField(max_length=12, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    #: SHA-256 of the file whose keys are counted here
    digest = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    revised_position = models.PositiveIntegerField(default=0)
    #: keys that are stored since, and those that were there already
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    #: why others were not taken (`rules.Refusal`) -> how many
    refused = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="one_row_a_source_file")]
        indexes = [models.Index(fields=["source", "read_at"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


_OF_THE_JOB = ["tried_at", "read_at", "trouble", "detail"]
auditlog.register(Source, exclude_fields=_OF_THE_JOB)
auditlog.register(SourceKey)
