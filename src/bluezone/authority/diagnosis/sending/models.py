"""Store text messages with codes: what waits to be sent, and what became of each, without its number."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bluezone.authority.diagnosis.sending.rules import State
from bluezone.authority.site.models import Upload


class CodeMessage(models.Model):
    """Store one message: of a list's row, or of a case's page. The number is there while the code may be used, a day
    at most; then only what became of it.

    A row of a list that is not stored (left out, refused) has neither case nor code.
    """

    #: the list it stands in, and the line there
    upload = models.ForeignKey(Upload, null=True, on_delete=models.CASCADE, related_name="code_messages")
    line = models.PositiveIntegerField(null=True)
    file_number = models.CharField(max_length=40, blank=True)
    #: of the office that sends it
    place = models.CharField(max_length=80, db_index=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    case = models.ForeignKey("diagnosis.Case", null=True, on_delete=models.SET_NULL, related_name="code_messages")
    code = models.OneToOneField("diagnosis.OneTimeCode", null=True, on_delete=models.SET_NULL, related_name="message")
    language = models.CharField(max_length=2)
    #: `rules.State` and, of one that is refused, `rules.Why`
    state = models.CharField(max_length=8, default=State.WAITING.value)
    why = models.CharField(max_length=16, blank=True)
    #: AES-256-GCM (`sending.envelope`): the number, and until it is handed over the text, or what the case is opened by
    sealed = models.BinaryField(default=bytes)
    #: keyed digest of the number, as long as the number is there: finds the same one in another list
    number_digest = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField(db_index=True)
    #: when the number is forgotten at the latest
    keep_until = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="code_message_waits"),
            models.Index(fields=["keep_until"], condition=~models.Q(number_digest=""), name="code_message_has_number"),
        ]
        constraints = [models.UniqueConstraint(fields=["upload", "line"], name="one_message_a_line_of_a_list")]

    def __str__(self) -> str:
        return f"message with a code, {self.state}"


class RanOut(models.Model):
    """Store that a case's code ran out without being used, until an officer has seen to it."""

    case = models.OneToOneField("diagnosis.Case", on_delete=models.CASCADE, related_name="ran_out")
    #: of the code, which is deleted a day later
    code_id = models.BigIntegerField()
    ended_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"unused code of {self.case}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.case.place}
