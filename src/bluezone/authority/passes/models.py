"""Store passes until they have run out. Who carries one is not in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.passes import rules
from bluezone.protocol.passes import Colour


class IssuedPass(models.Model):
    """Store a pass that was issued."""

    class Colour(models.IntegerChoices):
        GREEN = Colour.GREEN, _("green")
        YELLOW = Colour.YELLOW, _("yellow")
        RED = Colour.RED, _("red")

    class Reason(models.TextChoices):
        CHANGED = rules.Reason.CHANGED.value, _("the declaration was corrected or withdrawn")
        CALLED = rules.Reason.CALLED.value, _("what came of a call")
        RESULT = rules.Reason.RESULT.value, _("a test or an examination says otherwise")
        MISUSED = rules.Reason.MISUSED.value, _("somebody else shows it")
        MISTAKE = rules.Reason.MISTAKE.value, _("it was declared or issued by mistake")

    #: the row it came of, as a keyed digest that means nothing without the installation's secret
    of = models.CharField(max_length=64, db_index=True)
    #: whose officers may take it back: of the commune
    place = models.CharField(max_length=80, db_index=True)
    pseudonym = models.CharField(max_length=9, unique=True)
    #: the text of its QR code, encrypted
    text = models.BinaryField()
    #: its name in the list of those taken back
    digest = models.CharField(max_length=16)
    kind = models.CharField(max_length=40)
    colour = models.PositiveSmallIntegerField(choices=Colour)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["revoked_at"], name="passes_taken_back", condition=models.Q(revoked_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"pass {self.pseudonym}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}
