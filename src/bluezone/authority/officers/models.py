"""Store officers, and the tokens by which machines act for them.

An officer without a role has cases of their own to look after, and nothing of the roll-out.
"""

from __future__ import annotations

from dataclasses import replace

from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role, jurisdiction_of
from bluezone.authority.site import registries


class User(AbstractUser):
    """Store an officer's account. One name field: Vietnamese names do not split into first and last."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role], blank=True)
    #: where: see `jurisdiction`
    place = models.CharField(max_length=80, blank=True, db_index=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="role_has_place",
                condition=models.Q(role="", place="")
                | models.Q(role=Role.MINISTRY, place=NATION)
                | (
                    models.Q(place__startswith=NATION)
                    & ~models.Q(role__in=["", Role.MINISTRY])
                    & ~models.Q(place=NATION)
                ),
            )
        ]

    @property
    def jurisdiction(self) -> Jurisdiction | None:
        """Return role and place with what belongs to them; None without a role."""
        if not self.role:
            return None
        own = jurisdiction_of(Role(self.role), self.place)
        return replace(own, branches=self._branches()) if own.role is Role.UNIT_HEAD else own

    def _branches(self) -> tuple[str, ...]:
        """Return the places of the units in a head's own that lie elsewhere: asked once, for one request."""
        known: tuple[str, tuple[str, ...]] = self.__dict__.get("_branches_of", ("", ()))
        if known[0] != self.place:
            found = tuple(each for register in registries.posts for each in register.branches(self.place))
            known = self.__dict__["_branches_of"] = (self.place, found)
        return known[1]

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change of this account."""
        return {"place": self.place or NATION}

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class OfficeLetterhead(models.Model):
    """Store how a place heads and signs its documents, where it does not do so as every People's Committee does."""

    place = models.CharField(max_length=80, unique=True)
    #: see `rollout.letterhead.Letterhead`; lines as they are printed
    body = models.CharField(max_length=200)
    above = models.CharField(max_length=200, blank=True)
    written_at = models.CharField(max_length=60)
    number = models.CharField(max_length=40)
    signs_for = models.CharField(max_length=60, blank=True)
    signer = models.CharField(max_length=60)
    recipients = models.CharField(max_length=900, blank=True)
    hotline = models.CharField(max_length=24)

    def __str__(self) -> str:
        return self.body.replace("\n", " ")

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files a change."""
        return {"place": self.place}


class OfficerToken(models.Model):
    """Store the digest of a machine's credential (`Authorization: Bearer ...`) for the officer API."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"token of {self.officer} until {self.expires_at:%Y-%m-%d %H:%M} UTC"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return self.officer.get_additional_data()


# The audit log: who changed which account, and when; never a password, a key or an address.
auditlog.register(User, include_fields=["username", "full_name", "role", "place", "is_active", "is_superuser"])
auditlog.register(OfficeLetterhead, exclude_fields=["place"])
auditlog.register(OfficerToken, include_fields=["officer", "expires_at"])
auditlog.register(TOTPDevice, include_fields=["user", "confirmed"])
