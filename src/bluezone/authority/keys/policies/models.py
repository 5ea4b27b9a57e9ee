"""Store every policy ever published: an alert names the version that made it, and this table says what that was."""

from __future__ import annotations

from django.db import models


class PublishedPolicy(models.Model):
    """Store a signed policy document, as phones fetch it. Rows are never changed: a new policy is a new serial."""

    region = models.CharField(max_length=16)
    serial = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    version = models.CharField(max_length=100)
    #: of the table of phone models that goes with it; "" where there is none
    calibration_version = models.CharField(max_length=100, blank=True, default="")
    issued_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    #: the signed document, byte for byte (ASCII)
    document = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "serial"], name="one_policy_a_serial")]
        ordering = ["region", "serial"]

    def __str__(self) -> str:
        table = f" with calibration {self.calibration_version}" if self.calibration_version else ""
        return f"policy {self.name} {self.version}{table} (serial {self.serial}, region {self.region})"
