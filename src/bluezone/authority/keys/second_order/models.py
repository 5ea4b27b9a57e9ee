"""Store whether contacts may warn others, and which keys a contact published."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models

from bluezone.authority.officers.jurisdiction import NATION

MAX_REASON = 200


class SecondOrderSwitch(models.Model):
    """Store that the ministry turned warnings of second order on or off. Rows are never changed: the newest decides."""

    on = models.BooleanField()
    since = models.DateTimeField(db_index=True)
    #: the decision or letter that it follows
    reason = models.CharField(max_length=MAX_REASON)
    #: none: the operator, at the command line
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"warnings of second order {'on' if self.on else 'off'} since {self.since:%Y-%m-%d %H:%M} UTC"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": NATION}


class ContactKey(models.Model):
    """Store by which code of a contact a key was published, so that it can be revoked when the contact is released: a
    keyed digest, in which nobody finds anything without the installation's secret."""

    # Without a constraint: a million keys that are past their time go by one statement, and these after them
    # (`retention`).
    key = models.OneToOneField("keys.PublishedKey", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    code_digest = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"key {self.key_id} of a contact"


auditlog.register(SecondOrderSwitch)
