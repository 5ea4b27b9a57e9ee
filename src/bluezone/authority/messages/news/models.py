"""Store news, and the signed documents of it that phones fetch."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.protocol.news import MAX_TEXT, MAX_TITLE


class NewsItem(models.Model):
    """Store one piece of news or advice for a place. It is never changed: withdrawn, and written anew."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        ADVICE = "advice", _("advice")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: for whom: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    title_vi = models.CharField(max_length=MAX_TITLE)
    text_vi = models.CharField(max_length=MAX_TEXT)
    #: both empty where nobody translated it: phones then show the Vietnamese
    title_en = models.CharField(max_length=MAX_TITLE, blank=True)
    text_en = models.CharField(max_length=MAX_TEXT, blank=True)
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


class NewsDocument(models.Model):
    """Store the signed document of an area as phones fetch it now; `area` is a province's code, or empty for the
    country."""

    region = models.CharField(max_length=16)
    area = models.CharField(max_length=8, blank=True)
    serial = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    #: the ids of its items, with commas: to find out whether it must be signed anew
    items = models.TextField(blank=True)
    #: byte for byte (ASCII)
    document = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "area"], name="one_news_document_an_area")]

    def __str__(self) -> str:
        return f"news of {self.area or 'the country'}, serial {self.serial}"


auditlog.register(NewsItem, exclude_fields=["form_id", "sms_through"])
