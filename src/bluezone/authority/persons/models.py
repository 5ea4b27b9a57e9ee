"""Store who people are: encrypted, apart from cases and contacts, which know a pseudonym only."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.persons.rules import Identity


class Person(models.Model):
    """Store an identity, encrypted, with the pseudonym that stands for it everywhere else."""

    #: `P-7K3M-Q2X`
    pseudonym = models.CharField(max_length=10, unique=True)
    #: whose it is: who may open it, and nobody else (`rules.may_open`)
    place = models.CharField(max_length=80, db_index=True)
    #: AES-256-GCM (`vault`)
    sealed = models.BinaryField()
    #: keyed digests; empty where there is none. Not unique: a household shares a telephone
    telephone_digest = models.CharField(max_length=64, blank=True, db_index=True)
    document_digest = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField()
    #: the last day it is kept
    expires_on = models.DateField(db_index=True)
    #: who it is, where it was opened to who asks (`services.open_for`, `services.open_identity`); never stored
    identity: Identity | None = None

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def called(self) -> str:
        """Return the name where the identity was opened to who asks, else the pseudonym."""
        return (self.identity and self.identity.name) or self.pseudonym

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


class Shift(models.Model):
    """Store that an officer gave one reason for the identities of the own place, for the time of a shift
    (`rules.shift_runs`)."""

    class Purpose(models.TextChoices):
        FOLLOW_UP = "follow-up", _("Call and follow contacts and cases")
        DECLARATIONS = "declarations", _("Answer health declarations")
        VISITS = "visits", _("Visit and test at home or at an isolation site")
        LETTERS = "letters", _("Write orders and letters")
        REPORT = "report", _("Complete records for a report")

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shifts")
    #: whose identities it opens: the officer's post when it began
    place = models.CharField(max_length=80)
    purpose = models.CharField(_("What do you need them for"), max_length=16, choices=Purpose)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    #: when the officer ended it before its time
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.officer)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place or NATION}


class Opening(models.Model):
    """Store that a shift has opened an identity, which the audit log then says: once, however often it is shown."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="openings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "person"], name="one_opening_of_a_person_in_a_shift")]

    def __str__(self) -> str:
        return str(self.person)


class DataCode(models.Model):
    """Store the digest of a code with which a person sees once what is held of them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="data_codes")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.person)


class DataRequest(models.Model):
    """Store what a person asks to be done with their data, until when it must be answered, and the answer."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("Correct something")
        WITHDRAW = "withdraw", _("Withdraw my consent")
        DELETE = "delete", _("Delete my data")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        DONE = "done", _("done")
        REFUSED = "refused", _("must be kept")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="data_requests")
    #: whose officers answer: of the person's office when it was asked
    place = models.CharField(max_length=80)
    kind = models.CharField(_("What is asked"), max_length=8, choices=Kind)
    #: AES-256-GCM: what the person wrote, and what the officer answered
    text = models.BinaryField()
    answer = models.BinaryField(default=bytes)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place", "state", "due_at"], name="requests_of_a_place")]

    def __str__(self) -> str:
        return str(self.person)

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


# That somebody was entered, handed over, deleted; who opened it and why is noted by `services`. Never who it is.
auditlog.register(Person, include_fields=["pseudonym", "place"])
auditlog.register(DataRequest, include_fields=["kind", "state", "due_at"])
auditlog.register(Shift, include_fields=["purpose", "ends_at", "closed_at"])
