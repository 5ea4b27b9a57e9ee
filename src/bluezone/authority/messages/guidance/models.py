"""Store the entries of the guidance for who was warned, and the signed documents of them that phones fetch."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models

from bluezone.protocol.guidance import MAX_SOURCE, MAX_VERSION, Entry, entry_from_body


class GuidanceEntry(models.Model):
    """Store one entry for a place. It is never changed: withdrawn, and written anew."""

    #: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    from_day = models.DateField()
    until_day = models.DateField(db_index=True)
    version = models.CharField(max_length=MAX_VERSION)
    source = models.CharField(max_length=MAX_SOURCE)
    #: the whole entry, as `protocol.guidance.entry_body` makes it
    body = models.JSONField()
    #: nobody: the operator, at the command line
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    #: drawn when the form is shown: a form sent twice is one entry
    form_id = models.UUIDField(unique=True)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"guidance {self.version} from {self.from_day} until {self.until_day}"

    @property
    def entry(self) -> Entry:
        """Return the entry as phones read it."""
        return entry_from_body(self.body)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class GuidanceDocument(models.Model):
    """Store the signed document of an area as phones fetch it now; `area` is a province's code, or empty for the
    country."""

    region = models.CharField(max_length=16)
    area = models.CharField(max_length=8, blank=True)
    serial = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    #: the ids of its entries, with commas: to find out whether it must be signed anew
    entries = models.TextField(blank=True)
    #: byte for byte (ASCII)
    document = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "area"], name="one_guidance_document_an_area")]

    def __str__(self) -> str:
        return f"guidance of {self.area or 'the country'}, serial {self.serial}"


auditlog.register(GuidanceEntry, exclude_fields=["form_id", "body"])
