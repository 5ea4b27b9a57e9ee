"""Write the ranks of a unit in words: the one a source printed and the one reckoned here, each named and dated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bluezone.i18n import Language, format_date, format_day, format_number
from bluezone.rollout.counts import Origin
from bluezone.rollout.ranking import OwnRank, PrintedRank, Ranking, RankingRow, Standing, WholeAndParts
from bluezone.rollout.texts import translator, unit_name

#: so many units with an old figure are named; of more, the rest is counted
_NAMED_OLD = 12


def rank_facts(standing: Standing, language: Language) -> list[tuple[str, str]]:
    """Return the ranks that are known, as label and value: whose rank, of how many, of which day."""
    facts = []
    if standing.printed is not None:
        facts.append((_printed_label(standing.printed, language), _of(standing.printed, language)))
    if standing.own is not None:
        facts.append((_own_label(language), own_rank(standing.own, language)))
    return facts


def rank_highlight(standing: Standing, language: Language) -> tuple[str, str] | None:
    """Return the rank to see from across the room, the printed one first: value, then whose it is."""
    if standing.printed is not None:
        return _of(standing.printed, language), _printed_label(standing.printed, language)
    if standing.own is None:
        return None
    value = translator(language).gettext("{rank} of {of}").format(rank=standing.own.rank, of=standing.own.of)
    return value, _own_label(language)


def rank_sentence(standing: Standing, language: Language) -> str:
    """Say both ranks in one sentence; empty where neither is known."""
    _ = translator(language).gettext
    said = []
    if (printed := standing.printed) is not None:
        template = (
            _("rank {rank} of {of} as the Ministry printed it for {date}")
            if printed.origin is Origin.MINISTRY
            else _("rank {rank} of {of} as printed for {date}")
        )
        said.append(template.format(rank=printed.rank, of=printed.of, date=format_date(printed.date, language)))
    if (own := standing.own) is not None:
        template = (
            _("rank {rank} of {of} by the figures here")
            if own.of == own.units
            else _("rank {rank} of the {of} with figures here (of {units})")
        )
        said.append(template.format(rank=own.rank, of=own.of, units=own.units) + _moved(own, language))
    return "; ".join(said)


def own_rank(own: OwnRank, language: Language) -> str:
    """Return the rank reckoned here: `8 of the 9 with figures (54 have none)`, with its movement where one is told."""
    _ = translator(language).gettext
    if own.of == own.units:
        said = _("{rank} of {of}").format(rank=own.rank, of=own.of)
    else:
        template = _("{rank} of the {of} with figures ({none} have none)")
        said = template.format(rank=own.rank, of=own.of, none=own.units - own.of)
    return said + _moved(own, language)


def movement_sentence(ranking: Ranking, language: Language) -> str:
    """Say among whom movement is told, or why none is; empty without a base date."""
    if ranking.base_date is None:
        return ""
    _ = translator(language).gettext
    since = format_date(ranking.base_date, language)
    if ranking.breaks:
        return _("No movement since {since}: figures mean something else since {date}.").format(
            since=since, date=format_date(ranking.breaks[0].date, language)
        )
    words = {"common": ranking.common, "units": len(ranking.rows), "since": since}
    if ranking.moves:
        return _("Movement since {since}, among the {common} of {units} with figures of both days.").format(**words)
    return _(
        "No movement is told: figures of both {since} and this day are known of {common} of {units}; it takes 90 %."
    ).format(**words)


def old_names(rows: Sequence[RankingRow], language: Language) -> str:
    """Name units whose figure is of an earlier day, by that day: `Vị Thủy, Long Mỹ (7 August 2020), …`."""
    by_day: dict[dt.date, list[str]] = {}
    for row in rows[:_NAMED_OLD]:
        if row.figure_date is not None:
            by_day.setdefault(row.figure_date, []).append(unit_name(row.unit, language))
    named = ", ".join(f"{', '.join(names)} ({format_date(day, language)})" for day, names in by_day.items())
    if (rest := len(rows) - _NAMED_OLD) > 0:
        _ = translator(language).gettext
        named = _("{names} and {rest} others").format(names=named, rest=format_number(rest, language))
    return named


def parts_sentence(parts: WholeAndParts | None, language: Language) -> str:
    """Say how the sum of the parts compares with the unit's own figure, naming the difference; empty without parts."""
    if parts is None:
        return ""
    _ = translator(language).gettext
    date, whole = format_date(parts.date, language), format_number(parts.whole, language)
    sum_of = parts_sum(parts, language)
    if parts.difference is None:
        template = _("The units below with figures add up to {sum}; the unit's own figure of {date} is {whole}.")
    else:
        template = _("The units below add up to {sum}; the unit's own figure of {date} is {whole}.")
    return template.format(sum=sum_of, date=date, whole=whole)


def parts_sum(parts: WholeAndParts, language: Language) -> str:
    """Return the sum of the parts with the difference to the unit's own figure: `52,000 (3,289 less; 7 Aug to 13
    Aug)`."""
    _ = translator(language).gettext
    said = format_number(parts.total, language)
    days = format_day(parts.last, language)
    if parts.first != parts.last:
        days = _("{first} to {last}").format(first=format_day(parts.first, language), last=days)
    if (more := parts.difference) is None:
        note = _("{known} of {units}; {days}").format(known=parts.known, units=parts.units, days=days)
    elif not more:
        note = _("the same; {days}").format(days=days)
    else:
        template = _("{difference} more; {days}") if more > 0 else _("{difference} less; {days}")
        note = template.format(difference=format_number(abs(more), language), days=days)
    return f"{said} ({note})"


def _printed_label(printed: PrintedRank, language: Language) -> str:
    _ = translator(language).gettext
    template = (
        _("Rank printed by the Ministry, {date}") if printed.origin is Origin.MINISTRY else _("Rank as printed, {date}")
    )
    return template.format(date=format_date(printed.date, language))


def _own_label(language: Language) -> str:
    return translator(language).gettext("Rank by the figures here")


def _of(printed: PrintedRank, language: Language) -> str:
    return translator(language).gettext("{rank} of {of}").format(rank=printed.rank, of=printed.of)


def _moved(own: OwnRank, language: Language) -> str:
    """Say how far a unit moved, and among whom; empty where it did not or nobody can tell."""
    if not own.places or own.since is None:
        return ""
    _ = translator(language).gettext
    template = _(", up {places} since {since}") if own.places > 0 else _(", down {places} since {since}")
    said = template.format(places=abs(own.places), since=format_date(own.since, language))
    if own.common < own.units:
        said += _(" (among {common} with figures of both days)").format(common=own.common)
    return said
