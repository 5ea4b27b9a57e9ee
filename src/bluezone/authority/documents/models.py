"""Store the signed documents that phones fetch."""

from __future__ import annotations

from typing import Any

from django.db import models

from bluezone.protocol.documents import Kind, content_of


class SignedDocument(models.Model):
    """Store a signed document. Rows are never changed: a new document is a new serial."""

    kind = models.CharField(max_length=32)
    region = models.CharField(max_length=16)
    #: a province's code, or empty for the country
    area = models.CharField(max_length=8, blank=True)
    serial = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    #: of its content, to find out whether another is to be signed
    digest = models.CharField(max_length=64)
    #: byte for byte (ASCII)
    document = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "region", "area", "serial"], name="one_signed_document_a_serial")
        ]
        ordering = ["kind", "region", "area", "serial"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.area or 'the country'} (serial {self.serial}, region {self.region})"

    def content(self, kind: Kind[Any]) -> Any:
        """Return its content as JSON holds it; `kind` is its own."""
        return content_of(self.document.encode("ascii"), kind)
