"""Sum up what happened to codes, day by day, and read what an office may see of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from bluezone.authority.device_api.callers import Platform
from bluezone.authority.device_api.models import RefusalDay
from bluezone.authority.device_api.refusals import Refusal
from bluezone.authority.diagnosis.models import CodeCount, OneTimeCode, VerificationToken
from bluezone.authority.issuing.models import CodeDay, ExternalIssuerDay
from bluezone.authority.issuing.rules import USER_REPORT
from bluezone.authority.issuing.statistics import rules
from bluezone.authority.issuing.statistics.rules import CodeSums, Day
from bluezone.authority.keys import statistics as publish_statistics
from bluezone.authority.messages.models import SendingFailure
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION, codes_of
from bluezone.authority.officers.models import ApiKey, User
from bluezone.authority.site.locks import job_lock

#: the newest days, summed up again at each turn: of them every code is still there
_DAYS_AGAIN = 2
KEPT = dt.timedelta(days=rules.DAYS)
_NAMES = {Platform.UNKNOWN: "unknown_os", Platform.IOS: "ios", Platform.ANDROID: "android"}

Row = tuple[dt.date, Mapping[str, Any]]


# --- summing up -------------------------------------------------------------------------------------------------------


def sum_up(now: dt.datetime) -> None:
    """Sum up the newest days; the worker runs it. A sum never falls, because what it counts is deleted in time."""
    with job_lock("code-statistics"):
        for back in range(_DAYS_AGAIN):
            day = _today(now) - dt.timedelta(days=back)
            for place, sums in _sums_of(day).items():
                _store(day, place, sums)


@transaction.atomic
def _store(day: dt.date, place: str, sums: CodeSums) -> None:
    row = CodeDay.objects.select_for_update().filter(day=day, place=place).first()
    if row is None:
        CodeDay.objects.create(day=day, place=place, sums=sums.to_json())
        return
    before = CodeSums.from_json(row.sums)
    for name in ("issued", "reports_issued", "tokens", "report_tokens"):
        setattr(sums, name, max(getattr(before, name), getattr(sums, name)))
    if before.claimed > sums.claimed:
        sums.claimed, sums.reports_claimed = before.claimed, before.reports_claimed
        sums.ages, sums.age_s = before.ages, before.age_s
    row.sums = sums.to_json()
    row.save(update_fields=["sums"])


def _sums_of(day: dt.date) -> dict[str, CodeSums]:
    """Return what happened on a day (UTC) to the codes of each office, by its place."""
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    span = (start, start + dt.timedelta(days=1) - dt.timedelta(microseconds=1))
    found: dict[str, CodeSums] = {}
    of_report, of_cases = Q(case__report_type=USER_REPORT), OneTimeCode.objects.filter(case__isnull=False)
    issued = of_cases.filter(issued_at__range=span).values("case__place")
    for row in issued.annotate(n=Count("id"), reports=Count("id", filter=of_report)):
        sums = found.setdefault(row["case__place"], CodeSums())
        sums.issued, sums.reports_issued = row["n"], row["reports"]
    claimed = of_cases.filter(used_at__range=span)
    columns = ("case__place", "case__report_type", "issued_at", "used_at")
    for place, kind, issued_at, used_at in claimed.values_list(*columns).iterator():
        sums = found.setdefault(place, CodeSums())
        sums.claim(used_at - issued_at)
        sums.reports_claimed += kind == USER_REPORT
    tokens = VerificationToken.objects.filter(used_at__range=span, code__case__isnull=False).values("code__case__place")
    of_report = Q(code__case__report_type=USER_REPORT)
    for used in tokens.annotate(n=Count("id"), reports=Count("id", filter=of_report)):
        sums = found.setdefault(used["code__case__place"], CodeSums())
        sums.tokens, sums.report_tokens = used["n"], used["reports"]
    return found


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete sums past their time."""
    oldest = _today(now) - KEPT
    days, _ = CodeDay.objects.filter(day__lt=oldest).delete()
    issuers, _ = ExternalIssuerDay.objects.filter(day__lt=oldest).delete()
    return {"code_days": days, "external_issuer_days": issuers}


# --- reading ----------------------------------------------------------------------------------------------------------


def realm_number(place: str) -> int:
    """Return the number under which the API names an office's realm: the region's for the country, else the digits of
    its code."""
    last = codes_of(place)[-1] if codes_of(place) else str(settings.BLUEZONE.region)
    return int("".join(sign for sign in last if sign.isdecimal()) or 0)


def realm_days(place: str, now: dt.datetime) -> list[Day]:
    """Return the days of an office and of those below it, the newest first. What was refused, and what was published,
    is counted for the whole country, and shown to it alone."""
    days = {each: Day(each) for each in rules.last_days(_today(now))}
    for day, sums in CodeDay.objects.filter(place__startswith=place, day__in=days).values_list("day", "sums"):
        days[day].sums.merge(CodeSums.from_json(sums))
    if place == NATION:
        rows = RefusalDay.objects.filter(day__in=days).values_list("day", "kind", "platform", "count")
        for day, kind, platform, count in rows:
            refusals, name = days[day].refusals, _NAMES[Platform(platform)]
            if kind == Refusal.TOKEN:
                refusals.tokens += count
            elif kind == Refusal.NONCE:
                refusals.nonces[name] = refusals.nonces.get(name, 0) + count
            else:
                refusals.codes[name] = refusals.codes.get(name, 0) + count
        for day, published in publish_statistics.days(now).items():
            if day in days:
                days[day].published = published
    return list(days.values())


def officers(place: str) -> QuerySet[User]:
    """Return the officers whom a key of an office sees: those of the office and below it."""
    within = Q(place__startswith=place)
    return User.objects.filter(within | Q(place="") if place == NATION else within)


def keys(place: str) -> QuerySet[ApiKey]:
    """Return the admin keys of an office and of those below it. Keys of apps are not counted one by one: a verified
    code is not noted with the app that it came from."""
    return ApiKey.objects.filter(place__startswith=place, role=ApiKey.Role.ADMIN)


def issued_by(issuer: Issuer, now: dt.datetime) -> dict[dt.date, int]:
    """Return how many codes an officer or a key issued on each day, the newest first."""
    days = rules.last_days(_today(now))
    found = dict(CodeCount.objects.filter(holder=issuer.holder, day__in=days).values_list("day", "issued"))
    return {day: found.get(day, 0) for day in days}


def user_rows(place: str, now: dt.datetime) -> list[Row]:
    """Return how many codes each officer issued, by day, the newest first."""
    known = {Issuer(officer=each).holder: each for each in officers(place)}
    counts = CodeCount.objects.filter(holder__startswith="officer ", day__gte=_today(now) - KEPT)
    rows: list[Row] = []
    for day, holder, issued in counts.order_by("-day", "holder").values_list("day", "holder", "issued"):
        if (officer := known.get(holder)) is not None:
            rows.append((day, user_facts(officer) | {"codes_issued": issued}))
    return rows


def user_facts(officer: User) -> dict[str, Any]:
    """Return how the API names an officer."""
    return {"user_id": officer.pk, "name": officer.get_full_name(), "email": officer.email}


def issuer_rows(place: str, now: dt.datetime) -> list[Row]:
    """Return how many codes machines issued for whom they named, by day, the newest first."""
    found = ExternalIssuerDay.objects.filter(place__startswith=place, day__gte=_today(now) - KEPT)
    return list(_summed(found.values_list("day", "issuer", "issued"), "issuer_id", "codes_issued"))


def failure_rows(place: str, now: dt.datetime) -> list[Row]:
    """Return how often text messages could not be handed over, by day and code, the newest first."""
    found = SendingFailure.objects.filter(place__startswith=place, day__gte=_today(now) - KEPT)
    return list(_summed(found.values_list("day", "code", "count"), "error_code", "quantity"))


def _summed(rows: Iterable[tuple[dt.date, str, int]], name: str, count: str) -> Iterable[Row]:
    """Yield the sums over offices by day and name, the newest day first."""
    sums: dict[tuple[dt.date, str], int] = {}
    for day, key, number in rows:
        sums[day, key] = sums.get((day, key), 0) + number
    for (day, key), number in sorted(sums.items(), key=lambda item: (-item[0][0].toordinal(), item[0][1])):
        yield day, {name: key, count: number}


def _today(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()
