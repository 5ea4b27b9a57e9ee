"""Store the public half of the authority's signing keys."""

from __future__ import annotations

from django.db import models


class SigningKey(models.Model):
    """Store a signing key's public half and when it signs. The private half is a file (0600) among the
    secrets, never in the database."""

    class Purpose(models.TextChoices):
        EXPORT = "export"
        CERTIFICATE = "certificate"
        PASS = "pass"  # noqa: S105 (a purpose)

    purpose = models.CharField(max_length=12, choices=Purpose)
    version = models.CharField(max_length=16)
    public_key_pem = models.TextField()
    from_at = models.DateTimeField()
    thru_at = models.DateTimeField(null=True)
    #: of a key of passes that may be stolen: nothing it signed is believed from then on, whenever it was signed
    distrusted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="one_key_a_version")]

    def __str__(self) -> str:
        return f"{self.purpose} key {self.version}"
