"""Store who people are: encrypted, apart from cases and contacts, which know a pseudonym only."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.db import models


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

    def __str__(self) -> str:
        return self.pseudonym

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


# That somebody was entered, handed over, deleted; who opened it and why is noted by `services`. Never who it is.
auditlog.register(Person, include_fields=["pseudonym", "place"])
