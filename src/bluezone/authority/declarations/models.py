"""Store published forms, declarations, and what was done about them.

Who declares and what was answered about health, contacts and journeys are encrypted apart, under different keys
(`private`). What stands in the clear is what a queue needs: the place, the form and its version, the level, when.
"""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.declarations import rules
from bluezone.authority.episodes.models import Episode
from bluezone.authority.persons.models import Person


class PublishedForm(models.Model):
    """Store a version of a form that was published here. Those that ship with the project are not stored."""

    form = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    area = models.CharField(max_length=8)
    document = models.TextField()
    published_at = models.DateTimeField()
    #: empty: at the command line
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "version"], name="a_version_of_a_form_once")]

    def __str__(self) -> str:
        return f"{self.form} {self.version}"


class HealthDeclaration(models.Model):
    """Store what somebody declared, once however often it was sent."""

    class Way(models.TextChoices):
        PHONE = rules.Way.PHONE.value, _("by the app")
        WEB = rules.Way.WEB.value, _("on the web")
        CHECKPOINT = rules.Way.CHECKPOINT.value, _("at a checkpoint")

    class State(models.TextChoices):
        NEW = rules.State.NEW.value, _("waits for a call")
        CALLED = rules.State.CALLED.value, _("called, not reached")
        DONE = rules.State.DONE.value, _("done")
        QUIET = rules.State.QUIET.value, _("needs no call")
        UNCONFIRMED = rules.State.UNCONFIRMED.value, _("number not confirmed")
        FOLLOWED = rules.State.FOLLOWED.value, _("followed up with the person")
        WITHDRAWN = rules.State.WITHDRAWN.value, _("withdrawn")

    class Result(models.TextChoices):
        NOT_REACHED = rules.Result.NOT_REACHED.value, _("Not reached")
        ADVISED = rules.Result.ADVISED.value, _("Given advice")
        TEST = rules.Result.TEST.value, _("Sent for a test")
        ISOLATE = rules.Result.ISOLATE.value, _("Told to stay at home")
        HOSPITAL = rules.Result.HOSPITAL.value, _("Taken to hospital")
        NO_SUCH = rules.Result.NO_SUCH.value, _("Wrong number, or nobody of this name")

    #: whose officers see it: of the commune
    place = models.CharField(max_length=80)
    #: keyed digests of the random id that the phone or the page drew, and of the receipt
    id_digest = models.CharField(max_length=64, unique=True)
    receipt_digest = models.CharField(max_length=64, unique=True)
    #: encrypted, for the same answer to the same id
    receipt = models.BinaryField()
    form = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    day = models.DateField()
    received_at = models.DateTimeField()
    #: of who lost the receipt's answer, or corrected
    changed_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, choices=Way)
    other = models.BooleanField(default=False)
    level = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=11, choices=State)
    #: when an officer first called, or saw to it
    answered_at = models.DateTimeField(null=True)
    #: of the last call
    result = models.CharField(max_length=11, blank=True, choices=Result)
    #: AES-256-GCM, each under a key of its own: who and where; health, contacts, journey
    identity = models.BinaryField(default=bytes)
    answers = models.BinaryField(default=bytes)
    #: of the daily declaration: whose check it is
    episode = models.ForeignKey(Episode, null=True, on_delete=models.SET_NULL, related_name="declarations")
    #: whom an officer entered for tracing
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    #: keyed digest, to limit how many come of one number
    telephone_digest = models.CharField(max_length=64, blank=True)
    telephone_confirmed = models.BooleanField(default=False)
    #: keyed digest of vehicle and day of departure: by it those who travelled with a case are found
    journey_digest = models.CharField(max_length=64, blank=True)
    #: the last day it is kept
    expires_on = models.DateField(db_index=True)

    class Meta:
        indexes = [
            # `varchar_pattern_ops`: jurisdictions are prefixes of places, whatever the database's order of letters
            models.Index(
                fields=["place", "-level", "received_at"],
                condition=models.Q(state__in=[each.value for each in rules.OPEN]),
                opclasses=["varchar_pattern_ops", "int2_ops", "timestamptz_ops"],
                name="declarations_that_wait",
            ),
            models.Index(
                fields=["-level", "received_at", "id"],
                condition=models.Q(state__in=[each.value for each in rules.OPEN]),
                name="declarations_by_urgency",
            ),
            models.Index(
                fields=["place", "-received_at"],
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                name="declarations_of_a_place",
            ),
            models.Index(
                fields=["place", "-received_at"],
                condition=models.Q(state=rules.State.UNCONFIRMED.value),
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                name="declarations_unconfirmed",
            ),
            models.Index(fields=["-received_at", "-id"], name="declarations_by_age"),
            # for response times, which are read of it alone
            models.Index(
                fields=["place", "received_at", "answered_at"],
                condition=models.Q(answered_at__isnull=False, level__gt=0)
                & ~models.Q(state=rules.State.WITHDRAWN.value),
                opclasses=["varchar_pattern_ops", "timestamptz_ops", "timestamptz_ops"],
                name="declarations_answered",
            ),
            models.Index(fields=["telephone_digest", "received_at"], name="declarations_of_a_number"),
            models.Index(
                fields=["journey_digest"], condition=~models.Q(journey_digest=""), name="declarations_of_a_journey"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


# Which forms came into force; what officers did with declarations is noted by `services`, never what was declared.
auditlog.register(PublishedForm, include_fields=["form", "version", "area"])
auditlog.register(HealthDeclaration, include_fields=["place", "state"])
