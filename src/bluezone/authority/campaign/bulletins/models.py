"""Store which bulletins were issued, and when. Their contents are files (`bulletins.services.file_of`)."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.db import models


class IssuedBulletin(models.Model):
    """Store that the day's bulletin of one unit was issued. A figure corrected later makes no new one by itself: an
    officer can ask for it, and the edition counts up."""

    #: `63:93`
    unit = models.CharField(max_length=8)
    #: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    date = models.DateField(db_index=True)
    issued_at = models.DateTimeField()
    edition = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "date"], name="one_bulletin_a_unit_and_day")]

    def __str__(self) -> str:
        return f"{self.unit} {self.date}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


# Only what an officer did: the server's own issues are logged where they are made, and would bury it.
auditlog.register(IssuedBulletin, include_fields=["edition"])
