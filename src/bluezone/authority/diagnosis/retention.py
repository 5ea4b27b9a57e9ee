"""Say how long codes and wrong tries are kept."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from bluezone.authority.diagnosis.models import OneTimeCode, WrongTry
from bluezone.authority.diagnosis.rules import CODE_LIFE
from bluezone.authority.site.registries import RetentionRule

#: as long as the keys that a code led to are published
USED_CODE_LIFE = dt.timedelta(days=14)


def _codes(now: dt.datetime) -> dict[str, int]:
    stale = Q(expires_at__lt=now - CODE_LIFE, used_at=None) | Q(expires_at__lt=now - USED_CODE_LIFE)
    _, gone = OneTimeCode.objects.filter(stale).delete()
    return {"codes": gone.get("diagnosis.OneTimeCode", 0)}


def _tries(now: dt.datetime) -> dict[str, int]:
    return {"wrong_tries": WrongTry.objects.filter(at__lt=now - CODE_LIFE).delete()[0]}


RULES = (
    RetentionRule(
        "one-time codes: not used / used",
        "two days / 14 days after they expire",
        "an officer sees that a code was used as long as its keys are out",
        _codes,
    ),
    RetentionRule("wrong codes of a caller (digest of its address)", "one day", "a limit counts no longer", _tries),
)
