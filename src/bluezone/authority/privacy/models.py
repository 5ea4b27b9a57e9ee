"""Store breaches of personal data, and that the service ends."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.privacy import rules


class Breach(models.Model):
    """Store a breach of personal data, as it becomes known, with what was done and when. No names of those affected."""

    class Nature(models.TextChoices):
        """Name what happened to the data (Article 23 of Law 91/2025/QH15)."""

        DISCLOSED = "disclosed", _("disclosed, copied or lost")
        PURPOSE = "purpose", _("used for another purpose than was said")
        RIGHTS = "rights", _("a person’s right was not, or wrongly, fulfilled")
        OTHER = "other", _("another violation")

    title = models.CharField(_("What happened, in a few words"), max_length=120)
    place = models.CharField(max_length=40)
    nature = models.CharField(_("Nature"), max_length=12, choices=Nature)
    found_at = models.DateTimeField(_("Found at"))
    may_harm = models.BooleanField(_("May harm health, life, honour, dignity, property or public order"))
    what = models.TextField(_("Course: when, where, what was done, who is involved by function"), max_length=4000)
    data = models.TextField(_("Which data, of how many people"), max_length=2000)
    consequences = models.TextField(_("Possible consequences"), max_length=2000, blank=True)
    measures = models.TextField(_("Measures taken, and those to come"), max_length=2000, blank=True)
    recorded_at = models.DateTimeField(_("Record of the violation signed"), null=True, blank=True)
    notified_at = models.DateTimeField(_("Authority notified (Form 08)"), null=True, blank=True)
    reference = models.CharField(_("The authority’s reference"), max_length=80, blank=True)
    people_told_at = models.DateTimeField(_("Those affected told at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("breach of personal data")

    def __str__(self) -> str:
        return self.title

    @property
    def steps(self) -> list[rules.Step]:
        """Return what the law asks for, with its end and when it was done."""
        return rules.steps(self.found_at, self.may_harm, self.recorded_at, self.notified_at, self.people_told_at)


auditlog.register(Breach)


class Ending(models.Model):
    """Store that the service ends: from when on, how far the deletion is, and the proof. One row at most."""

    ends_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    #: rows deleted so far, by model
    deleted = models.JSONField(default=dict)
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"end of the service on {self.ends_at:%Y-%m-%d}"
