"""Pad batches with made-up keys, and revisions with revised made-up keys, so that files do not tell how few patients
there are.

Keys of other authorities hide nobody: they stand in those authorities' files too, and whoever takes them away from ours
sees what is left. So the keys of our own phones are padded as if they were alone, and once more those of them that go
out to others.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.db.models import QuerySet

from bluezone.authority.keys import editions
from bluezone.authority.keys.models import REVISED, ExportBatch, PublishedKey
from bluezone.authority.keys.rules import MAX_ONSET_DAYS
from bluezone.authority.site.environment import Environment
from bluezone.protocol import exports
from bluezone.protocol.intervals import INTERVALS_PER_DAY
from bluezone.protocol.keys import ReportType


def pad_keys(batch: ExportBatch, conf: Environment) -> None:
    """Add made-up keys to a small batch. They are kept like real ones: nothing later tells them apart."""
    own = batch.carried().filter(editions.OWN)
    if batch.out == ExportBatch.Out.TRAVELLERS:
        _pad(own.filter(traveler=True), batch, conf, traveler=True)
    _pad(own, batch, conf, traveler=False)


def _pad(rows: QuerySet[PublishedKey], batch: ExportBatch, conf: Environment, *, traveler: bool) -> None:
    if rows.count() >= conf.export_min_keys + conf.export_jitter_keys:
        return
    real = [row.exported() for row in rows]
    padded = exports.pad_keys(real, conf.export_min_keys, secrets.token_bytes, conf.export_jitter_keys)
    until = batch.end_at - dt.timedelta(seconds=conf.truncate_window_s)
    facts = {"made_up": True, "region": batch.region, "traveler": traveler, "embargoed_until": until, "batch": batch}
    PublishedKey.objects.bulk_create(PublishedKey.of(tek, **facts) for tek in padded[len(real) :])


def pad_revisions(batch: ExportBatch, conf: Environment) -> None:
    """Revise made-up keys of earlier files along with the real ones.

    Revised keys were published before; a handful of them in one file would be known for one patient's. New made-up keys
    would not hide them (who kept the earlier files sees that they were in none), so old ones are revised.
    """
    own = batch.revisions.filter(editions.OWN).exclude(batch=batch)
    made_up = PublishedKey.objects.filter(region=batch.region, made_up=True).exclude(batch=batch)
    _revise_like(own.filter(editions.GOES_OUT), made_up.filter(editions.GOES_OUT), batch, conf)
    _revise_like(own, made_up, batch, conf)


def _revise_like(
    own: QuerySet[PublishedKey], made_up: QuerySet[PublishedKey], batch: ExportBatch, conf: Environment
) -> None:
    """Revise made-up keys like those of our own that are revised, until there are as many as a file must have: each
    like one that was published as of the same kind of report."""
    by_kind: dict[int, list[PublishedKey]] = {}
    for row in own:
        by_kind.setdefault(row.report_type, []).append(row)
    if not by_kind:
        return
    wanted = max(0, conf.export_min_keys - sum(map(len, by_kind.values())))
    decoys = list(made_up.filter(revised_at=None, report_type__in=list(by_kind)).order_by("?")[:wanted])
    for at, decoy in enumerate(decoys):
        alike = by_kind[decoy.report_type]
        like = alike[at % len(alike)]
        decoy.revised_report_type = like.revised_report_type
        decoy.revised_transmission_risk = like.revised_transmission_risk
        decoy.revised_days_since_onset = _days_like(like, decoy)
        decoy.revised_at, decoy.revision_batch = like.revised_at, batch
    PublishedKey.objects.bulk_update(decoys, [*REVISED, "revision_batch"], batch_size=500)


def confirm_made_up(batch: ExportBatch, conf: Environment) -> None:
    """Let made-up keys of contacts that were revised along with real ones appear in our own region too, as those do:
    else whoever compares both regions' files knows which were real, and that they are of one phone."""
    revised = batch.revisions.filter(made_up=True).exclude(revised_report_type=ReportType.REVOKED)
    confirmed = []
    for row in revised:
        assert row.revised_report_type is not None  # it is a revision
        assert row.revised_at is not None
        confirmed.append(
            PublishedKey(
                key=bytes(row.key),
                rolling_start_interval=row.rolling_start_interval,
                rolling_period=row.rolling_period,
                transmission_risk=row.revised_transmission_risk or 0,
                report_type=row.revised_report_type,
                days_since_onset=row.revised_days_since_onset,
                made_up=True,
                region=conf.region,
                embargoed_until=row.revised_at,
            )
        )
    PublishedKey.objects.bulk_create(confirmed)


def _days_like(real: PublishedKey, made_up: PublishedKey) -> int | None:
    """Return the days since onset of a made-up key that is revised: its own; where it has none (a contact's), those of
    the real key that it is revised like, counted on to its own day."""
    if made_up.days_since_onset is not None or real.revised_days_since_onset is None:
        return made_up.days_since_onset
    apart = (made_up.rolling_start_interval - real.rolling_start_interval) // INTERVALS_PER_DAY
    return max(-MAX_ONSET_DAYS, min(MAX_ONSET_DAYS, real.revised_days_since_onset + apart))
