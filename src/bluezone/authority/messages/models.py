"""Store news, guidance for who was warned, telephone numbers, and text messages that wait to be sent.

Telephone numbers are encrypted; neither they nor the requests under way refer to a name, an installation or a case.
"""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.protocol import guidance, news


class NewsItem(models.Model):
    """Store one piece of news or advice for a place. It is never changed: withdrawn, and written anew."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        ADVICE = "advice", _("advice")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: for whom: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    title_vi = models.CharField(max_length=news.MAX_TITLE)
    text_vi = models.CharField(max_length=news.MAX_TEXT)
    #: both empty where nobody translated it: phones then show the Vietnamese
    title_en = models.CharField(max_length=news.MAX_TITLE, blank=True)
    text_en = models.CharField(max_length=news.MAX_TEXT, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: drawn when the form is shown: a form sent twice is one item
    form_id = models.UUIDField(unique=True)
    published_at = models.DateTimeField()
    valid_until = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    #: whether it also goes as a text message to the numbers left in its place, and how far that has come
    by_sms = models.BooleanField(default=False)
    sms_through = models.BigIntegerField(default=0)
    sms_done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="english_whole_or_none",
                condition=models.Q(title_en="", text_en="") | (~models.Q(title_en="") & ~models.Q(text_en="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title_vi}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class GuidanceEntry(models.Model):
    """Store one entry for a place. It is never changed: withdrawn, and written anew."""

    #: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    from_day = models.DateField()
    until_day = models.DateField(db_index=True)
    version = models.CharField(max_length=guidance.MAX_VERSION)
    source = models.CharField(max_length=guidance.MAX_SOURCE)
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
    def entry(self) -> guidance.Entry:
        """Return the entry as phones read it."""
        return guidance.entry_from_body(self.body)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class NumberRequest(models.Model):
    """Store a number that waits for its code; deleted after a day. `digest` is a keyed hash of what the phone drew."""

    digest = models.CharField(max_length=64, primary_key=True)
    #: keyed hash of the number: to count messages to it
    number_digest = models.CharField(max_length=64, db_index=True)
    #: AES-256-GCM
    number = models.BinaryField()
    place = models.CharField(max_length=80)
    language = models.CharField(max_length=2)
    #: keyed hash of request and code
    code_digest = models.CharField(max_length=64)
    code_expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_index=True)
    sends = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"request of {self.created_at:%Y-%m-%d %H:%M} UTC"


class PhoneNumber(models.Model):
    """Store a number whose owner has shown to read its messages. `digest`: a keyed hash of the number, one row a
    number."""

    digest = models.CharField(max_length=64, unique=True)
    #: AES-256-GCM
    number = models.BinaryField()
    #: of the commune the person chose, `/` where none: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    language = models.CharField(max_length=2)
    #: keyed hash of what the phone can delete it by
    receipt_digest = models.CharField(max_length=64, unique=True)
    confirmed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"a number in {self.place}, since {self.confirmed_at:%Y-%m-%d}"


class OutgoingMessage(models.Model):
    """Store a message until it is handed over, or until it is of no use any more."""

    #: AES-256-GCM: number and text
    sealed = models.BinaryField()
    next_try_at = models.DateTimeField(db_index=True)
    good_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"message to be sent by {self.good_until:%Y-%m-%d %H:%M} UTC"


class SendingFailure(models.Model):
    """Count how often handing a message over failed on a day, by its code and the office that sent it."""

    day = models.DateField()
    place = models.CharField(max_length=80)
    code = models.CharField(max_length=40)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "place", "code"], name="one_count_of_a_failure_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.code} {self.count} times"


auditlog.register(NewsItem, exclude_fields=["form_id", "sms_through"])
auditlog.register(GuidanceEntry, exclude_fields=["form_id", "body"])
