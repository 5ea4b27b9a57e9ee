"""Define `bluezone rollout rank`: the ranks of units on a day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from bluezone.cli.answers import Answer, table
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, command
from bluezone.cli.rollout.common import DATE, Counts, read_counts, rounded, vintage_facts
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.counts import Kind
from bluezone.rollout.rank_words import movement_sentence, old_names
from bluezone.rollout.ranking import Basis, RankingRow, coverage, printed_ranks, rank
from bluezone.rollout.series import choose_all


@command("rank")
def rank_command(
    *,
    date: Annotated[dt.date, Opt("The day of the ranking.", type=DATE)],
    by: Annotated[str, Opt("Share of what.", choices=[m.value for m in Measure])] = "population",
    kind: Annotated[str, Opt("What is counted.", choices=[each.value for each in Kind])] = "installs",
    base_date: Annotated[dt.date | None, Opt("Tell the movement since this day.", type=DATE)] = None,
    vintage: Annotated[
        str | None, Opt("The denominator to use, such as census-2009; otherwise the newest of the day.")
    ] = None,
    max_age_days: Annotated[int, Opt("Older figures do not rank.", limits=(0,))] = 7,
    counts: Counts = None,
) -> Answer:
    """Rank the provinces of a day by their share; those without a figure are listed as such.

    The column "rank" is reckoned here, among those whose figures are known; "printed" is the rank that a source
    printed, with its day.
    """
    figures = catalogue.figures()
    if vintage is not None and vintage not in figures.vintages:
        raise CommandError(f"no vintage is called {vintage!r}; there are {', '.join(sorted(figures.vintages))}")
    provinces = catalogue.provinces().of_level(Level.PROVINCE, date)
    basis = Basis(Measure(by), vintage, max_age_days)
    known = read_counts(counts, date)
    series, printed = choose_all(known, date, kind=Kind(kind)), printed_ranks(known, date)
    ranking = rank(provinces, series, figures, on=date, basis=basis, base_date=base_date, printed=printed)
    whole = coverage(ranking)
    facts = {
        "date": date,
        "base_date": base_date,
        "by": by,
        "kind": kind,
        "vintages": [vintage_facts(name) for name in ranking.vintages],
        "series_breaks": [each.date for each in ranking.breaks],
        "reporting": len(ranking.ranked),
        "units": len(ranking.rows),
        "moves": ranking.moves,
        "common": ranking.common,
        "share": rounded(whole.share),
        "ranking": [_row_facts(row) for row in ranking.rows],
    }
    ranked = f"rank of {len(ranking.ranked)}"
    headings = (ranked, "printed", "province", "count", "share", "as of", "gain", "points", "places")
    grid = table(headings, map(_row_cells, ranking.rows), left=3)
    said = [f"{len(ranking.ranked)} of {len(ranking.rows)} have a figure; shares on {', '.join(ranking.vintages)}"]
    if ranking.old:
        said.append(f"of an earlier day: {old_names(ranking.old, Language.ENGLISH)}")
    if movement := movement_sentence(ranking, Language.ENGLISH):
        said.append(movement)
    return Answer(facts, [grid, *said])


def _row_facts(row: RankingRow) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "printed_rank": row.printed_rank.rank if row.printed_rank else None,
        "printed_of": row.printed_rank.of if row.printed_rank else None,
        "printed_on": row.printed_rank.date if row.printed_rank else None,
        "tied": row.tied,
        "unit": row.unit.name,
        "code": str(row.unit.code),
        "count": row.count,
        "base": row.base.value if row.base else None,
        "vintage": row.base.vintage.id if row.base else None,
        "share": rounded(row.share),
        "as_printed": row.as_printed,
        "derived": row.derived,
        "figure_date": row.figure_date,
        "source": row.source or None,
        "origin": row.origin,
        "missing": row.missing or None,
        "gain": row.gain,
        "points": rounded(row.points),
        "places": row.places,
    }


def _row_cells(row: RankingRow) -> list[str]:
    return [
        f"{row.rank}{'=' if row.tied else ''}" if row.rank else "–",
        f"{row.printed_rank.rank} ({row.printed_rank.date})" if row.printed_rank else "",
        row.unit.name,
        f"{'≈' if row.derived else ''}{row.count:,}" if row.count is not None else "",
        f"{float(row.share):.2%}{' (printed)' if row.as_printed else ''}" if row.share else row.missing,
        row.figure_date.isoformat() if row.figure_date else "",
        f"{row.gain:+,}" if row.gain is not None else "",
        f"{float(row.points) * 100:+.2f}" if row.points is not None else "",
        f"{row.places:+}" if row.places is not None else "",
    ]
