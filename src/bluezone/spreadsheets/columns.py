"""Take columns for roles: each column scores each role by its header, its values and its neighbours; the best
consistent assignment of all columns together is proposed. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bluezone.errors import N_
from bluezone.spreadsheets import grid, lexicon
from bluezone.spreadsheets.draft import Evidence, Taken
from bluezone.spreadsheets.relations import Relation, fits, relations_among
from bluezone.spreadsheets.results import Saying, saying
from bluezone.spreadsheets.roles import ALL_ROLES, IGNORE, OTHER, Holds, Purpose
from bluezone.spreadsheets.values import day_in, number_in

#: what cells of the wrong kind cost
_IMPOSSIBLE = -12.0
#: two columns with a role that only one can have
_TWICE = -6.0
#: how much the words of titles weigh, and, of a list of persons, those above a header's last row: `Năm sinh / Nam`
_TITLE = _ABOVE = 0.4
#: topics beside which a title is asked what a column counts, and those of titles that say more of installs
_SAYS_NOTHING = frozenset({"count", "value", "share"})
_SAYS_MORE = frozenset({"increase", "period", "apps", "to_date"})
_FIGURES = (Holds.COUNT, Holds.PERCENT)
#: roles that several columns have without a day to tell them apart
_SEVERAL = (OTHER, "parent", "remark", "address", "met")
#: beyond this a number is no percentage of people
_MOST_PERCENT = 150
#: so sure is nobody of a header with words that are not known
_STRANGE = 0.85
#: roles that nothing but a word of the header gives, and what it costs where none does
_NAMED_ONLY = frozenset(ALL_ROLES) - {"unit", "parent", "day", "installs", "headcount", "indicator", "value", OTHER}
_UNNAMED = 4.0
#: the code of a place: of the units of 2020 or 2025, and its number or the country
_CODE = re.compile(r"\d\d:(\d+|VN)")
#: a column that says what is counted says it in so many ways at most
_FEW_TEXTS = 20


def evidence_of(
    table: grid.Table, titles: Iterable[str], named: Mapping[int, float], days: Mapping[int, object], purpose: Purpose
) -> list[Evidence]:
    """Return what speaks for each role of each column. `named`: which part of a column's texts are names of units;
    `days`: the day that a column's header names."""
    spoken = {topic.name for title in titles for topic in lexicon.topics_in(title)}
    said = [{topic.name for topic in lexicon.topics_in(text)} for text in {*grid.headings(table).values()} - {""}]
    spoken |= set.intersection(*said) & _SAYS_MORE if said else set()
    of = "person" if purpose.of_persons else ""
    found = [_evidence(column, named.get(column.number, 0.0), days.get(column.number), of) for column in table.columns]
    factor = max((lexicon.factor_in(text) for _, text in table.above), default=1)
    for each in found:
        if not purpose.of_persons:
            each.factor = max([factor, *map(lexicon.factor_in, each.column.path)])
            _hear_titles(each, spoken)
        each.scores = {name: _score(each, name, purpose) for name in purpose.among}
        if not purpose.of_persons:
            _for_purpose(each, purpose)
    return found


def _for_purpose(each: Evidence, purpose: Purpose) -> None:
    """Judge a column by what the file is for: in a list of organisations names of places say where each lies, not which
    it is; a number of people in a list without figures is that of the unit."""
    if not purpose.of_units and each.numeric + each.dated <= 0.5:
        texts = [text for cell in each.column.cells.values() if (text := cell.text.strip())]
        coded = sum(_CODE.fullmatch(text) is not None for text in texts) / len(texts) if texts else 0.0
        coded = max(0.0, coded - each.named)
        each.scores["unit"] += 3 - 12 * (each.named + coded)
        each.scores["parent"] += 6 * coded
    if "headcount" in purpose.takes and not purpose.takes & {"installs", "target"} and each.numbers and each.topics:
        each.scores["headcount"] += 3


def _evidence(column: grid.Column, named: float, day: object, of: str = "") -> Evidence:
    each = Evidence(column, named=named, day=day)
    for text in column.path:
        weight = 1.0 if not of or text == column.path[-1] else _ABOVE
        for topic in lexicon.topics_in(text, of):
            each.topics[topic.name] = max(each.topics.get(topic.name, 0.0), weight)
    beside = {*each.topics, "own_day"} if day is not None else {*each.topics}
    each.said = lexicon.topics(of)
    each.topics = {name: weight for name, weight in each.topics.items() if not each.said[name].unless & beside}
    cells = {line: cell for line, cell in column.cells.items() if cell.text.strip() not in {"", "-", "–", "x", "…"}}
    each.numbers = {line: number for line, cell in cells.items() if (number := number_in(cell)) is not None}
    shares = [number for number in each.numbers.values() if number.percentage is not None]
    each.fraction = any(number.decimals > 1 for number in shares) and not any(
        number.percent or (number.percentage or 0) > 1 for number in shares
    )
    if cells:
        each.numeric = len(each.numbers) / len(cells)
        dated = [cell for cell in cells.values() if cell.number is None and day_in(cell.text)]
        each.dated = len(dated) / len(cells)
    return each


def _hear_titles(each: Evidence, spoken: set[str]) -> None:
    """Let titles say what a column counts that does not say it itself, and when what counts installs was counted."""
    own = set(each.topics)
    if own <= {*_SAYS_NOTHING, "to_date"}:
        each.titled = spoken - own
    elif own <= {*_SAYS_NOTHING, "installs", "installed", "to_date"}:
        each.titled = spoken & _SAYS_MORE
    each.topics |= dict.fromkeys(each.titled, _TITLE)


def _score(each: Evidence, name: str, purpose: Purpose) -> float:
    """Return how much speaks for a role: the words of header and titles, then the cells."""
    spoken = [each.said[topic].speaks.get(name, 0.0) * weight for topic, weight in each.topics.items()]
    score = sum(spoken)
    if name == OTHER:
        empty = bool(each.numbers) and not any(number.count or number.percentage for number in each.numbers.values())
        return score + 0.4 + (5 if is_order(each) else 0) + (6 if empty else 0) + (20 if not each.column.cells else 0)
    if not each.column.cells:
        return score / 2 - 1
    score += _as_values(each) if name == "value" else _by_cells(each, name, ALL_ROLES[name])
    named_only = purpose.of_persons or name in _NAMED_ONLY
    if named_only and max((each.said[topic].speaks.get(name, 0.0) for topic in each.topics), default=0.0) < 2:
        score -= _UNNAMED
    return score


def _by_cells(each: Evidence, name: str, holds: Holds) -> float:
    """Return how well cells are such as a role holds."""
    if holds is Holds.WRITTEN:
        return 0.0
    if holds is Holds.DATE:
        return 3 * each.dated - 1
    if holds is Holds.DAY:
        return 4 * each.dated if each.dated >= 0.5 else _IMPOSSIBLE
    if holds is Holds.COUNT:
        return _as_counts(each)
    if holds is Holds.PERCENT:
        return _as_percents(each)
    if each.numeric > 0.5 and name == "code":
        return 0.0 if all(number.count is not None for number in each.numbers.values()) else _IMPOSSIBLE
    if each.numeric + each.dated > 0.5:
        return _IMPOSSIBLE / 2
    texts = {cell.text for cell in each.column.cells.values()}
    if holds is Holds.NAME:  # of two columns of names, that of the parents repeats them
        return 6 * each.named - 1 + (len(texts) / len(each.column.cells) if name == "unit" else 0)
    if name == "indicator":
        told = sum(counted_in(text) != OTHER for text in texts) if len(texts) <= _FEW_TEXTS else 0
        return 6 * told / len(texts) - 2
    return 0.0


def counted_in(text: str) -> str:
    """Return the figure that an indicator names, `other` where it names none."""
    topics = lexicon.topics_in(text)
    scores = {name: sum(topic.speaks.get(name, 0.0) for topic in topics)
              for name, holds in ALL_ROLES.items() if holds in _FIGURES or name == OTHER}  # fmt: skip
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else OTHER


def _as_counts(each: Evidence) -> float:
    numbers = each.numbers.values()
    whole = sum(number.count is not None or each.factor > 1 for number in numbers)
    if each.numeric < 0.5 or whole < 0.7 * len(numbers) or any(number.percent for number in numbers):
        return _IMPOSSIBLE
    return 0.5


def _as_values(each: Evidence) -> float:
    """Return how well cells are those of a long table, that counts and gives shares by turns; a column that says itself
    what it counts needs no other to say it."""
    says = sum(each.said[topic].speaks.get("installs", 0.0) for topic in {*each.topics} - each.titled)
    return (0.5 if each.numeric >= 0.5 else _IMPOSSIBLE) - max(0.0, says)


def _as_percents(each: Evidence) -> float:
    shares = [number for number in each.numbers.values() if number.percentage is not None]
    if each.numeric < 0.5 or len(shares) < 0.7 * len(each.numbers):
        return _IMPOSSIBLE
    score = 3.0 if any(number.percent for number in shares) else 0.0
    score += 1.5 if sum(number.decimals > 0 for number in shares) > len(shares) / 2 else -1.0
    beyond = sum(number.percentage > _MOST_PERCENT for number in shares if number.percentage is not None)
    return score - (6 if beyond > len(shares) / 3 else 0)


def is_order(each: Evidence) -> bool:
    """Return whether a column numbers the rows: 1, 2, 3, perhaps anew in each group, and its header counts nothing."""
    if each.day is not None or set(each.topics) - each.titled - {"order", "count"}:
        return False
    values = [int(number.count) for number in each.numbers.values() if number.count is not None]
    return len(values) > 2 and values[0] == 1 and all(b in (1, a + 1) for a, b in pairwise(values))


# --- the best consistent assignment -------------------------------------------------------------------------------


def assign(found: Sequence[Evidence], purpose: Purpose, decided: Mapping[str, str]) -> list[Taken]:
    """Return what each column is taken for. `decided`: column -> role."""
    related = [] if purpose.of_persons else relations_among(found)
    # what was decided on a column of one day holds for those of other days with the same words
    said = {kin(each.column.header): decided[each.letter] for each in found if each.day and each.letter in decided}
    more = {each.letter: said[key] for each in found if each.day and (key := kin(each.column.header)) in said}
    decided = {**more, **decided}
    options = []
    for each in found:
        best = sorted(each.scores, key=lambda name: -each.scores[name])[:8]
        role = decided.get(each.letter)
        options.append([OTHER if role == IGNORE else role] if role else best)
    chosen = [roles[0] for roles in options]
    _improve(found, chosen, options, related)
    return [_taken(at, found, chosen, related, purpose, decided) for at in range(len(found))]


def kin(header: str) -> str:
    """Return what the headers of columns of several days have in common."""
    return "".join(sign for sign in lexicon.key_of(header) if not sign.isdigit())


def _improve(
    found: Sequence[Evidence], chosen: list[str], options: Sequence[Sequence[str]], related: Sequence[Relation]
) -> None:
    """Change one column, or two that belong together, as long as the whole gets better."""
    pairs = sorted({(a, b) for each in related for a in each.columns for b in each.columns if a < b})
    pairs += [(at, at + 1) for at in range(len(found) - 1) if (at, at + 1) not in pairs]
    # those that give up least for another role come first
    given_up = {at: each.scores[one[0]] - each.scores[one[min(1, len(one) - 1)]]
                for at, (each, one) in enumerate(zip(found, options, strict=True))}  # fmt: skip
    singles = sorted(((at,) for at in reversed(range(len(found)))), key=lambda group: given_up[group[0]])
    best = _total(found, chosen, related)
    for _ in range(12):
        before = best
        for group in [*singles, *(pairs if len(found) <= 24 else ())]:
            best = _best_of(group, found, chosen, options, related, best)
        if best <= before + 1e-9:
            return


def _best_of(
    group: Sequence[int], found: Sequence[Evidence], chosen: list[str], options: Sequence[Sequence[str]],
    related: Sequence[Relation], best: float,
) -> float:  # fmt: skip
    kept = [chosen[at] for at in group]
    tries = [[role] for role in options[group[0]]]
    for at in group[1:]:
        tries = [[*each, role] for each in tries for role in options[at][:5]]
    for roles in tries:
        for at, role in zip(group, roles, strict=True):
            chosen[at] = role
        total = _total(found, chosen, related)
        if total > best + 1e-9:
            best, kept = total, roles
    for at, role in zip(group, kept, strict=True):
        chosen[at] = role
    return best


def _total(found: Sequence[Evidence], chosen: Sequence[str], related: Sequence[Relation]) -> float:
    score = sum(each.scores[role] for each, role in zip(found, chosen, strict=True))
    seen: dict[object, int] = {}
    for each, role in zip(found, chosen, strict=True):
        if role not in _SEVERAL:
            key = role, each.day
            seen[key] = seen.get(key, 0) + 1
    score += sum(_TWICE * (count - 1) for count in seen.values() if count > 1)
    score += sum(fits(each, chosen) for each in related)
    return score + _together(chosen)


def _together(chosen: Sequence[str]) -> float:
    """Return what roles say of one another, wherever they stand."""
    roles = set(chosen)
    score = 0.0
    if "value" in roles:
        score += 4 if "indicator" in roles else -6
    if "indicator" in roles:  # it says of each row what its numbers count
        score -= 4 * len(roles & {"installs", "gain", "active", "with_phone"}) + 4 * ("value" not in roles)
    if not roles & {"unit", "code"}:
        score -= 5
    return score


# --- how sure, and why --------------------------------------------------------------------------------------------


def _taken(
    at: int, found: Sequence[Evidence], chosen: list[str], related: Sequence[Relation], purpose: Purpose,
    decided: Mapping[str, str],
) -> Taken:  # fmt: skip
    each, role = found[at], chosen[at]
    takes, scores = purpose.takes, {}
    for other in purpose.among:
        chosen[at] = other
        scores[other] = _total(found, chosen, related)
    chosen[at] = role
    top = max(scores.values())
    shares: dict[str, float] = {}
    for other, score in scores.items():
        shown = other if other in takes else IGNORE
        shares[shown] = shares.get(shown, 0.0) + math.exp(min(0.0, score - top))
    whole = sum(shares.values())
    shown = role if role in takes else IGNORE
    possible = {other for other in shares if other == IGNORE or scores[other] > top + _IMPOSSIBLE}
    choices = sorted(possible, key=lambda other: (other != shown, -shares[other]))
    if each.letter in decided:
        return Taken(role, 1.0, saying(N_("as you said")), tuple(choices))
    strange = ALL_ROLES[role] in _FIGURES and sum(map(lexicon.strange_words, each.column.path)) > 1
    sure = min(shares[shown] / whole, _STRANGE) if strange else shares[shown] / whole
    return Taken(role, round(sure, 3), _why(at, found, chosen, related), tuple(choices))


_BY_HOLDS = {
    Holds.NAME: N_("its cells are names of units"),
    Holds.DAY: N_("its cells are days"),
    Holds.COUNT: N_("its cells are whole numbers"),
    Holds.PERCENT: N_("its cells are percentages"),
    Holds.TEXT: N_("its cells are texts"),
    Holds.WRITTEN: N_("its cells are texts"),
    Holds.DATE: N_("its cells are days"),
}


def _why(at: int, found: Sequence[Evidence], chosen: Sequence[str], related: Sequence[Relation]) -> Saying:
    each, role = found[at], chosen[at]
    said = sum(each.said[topic].speaks.get(role, 0.0) * weight for topic, weight in each.topics.items())
    shown = next((one for one in related if one.columns[0] == at and fits(one, chosen) > 0), None)
    if shown is not None and (role != OTHER or said <= 0):
        letters = {name: found[number].letter for name, number in zip(("a", "b", "c"), shown.columns, strict=False)}
        return saying(shown.template, **letters, hits=shown.hits, count=shown.count)
    if role == OTHER and is_order(each):
        return saying(N_("it numbers the rows"))
    if role == OTHER and not each.column.cells:
        return saying(N_("it is empty"))
    if said > 0 and set(each.topics) <= each.titled:
        return saying(N_("the title says what it counts"))
    if said > 0:
        return saying(N_("the header says “{header}”"), header=each.column.header[:80])
    if role == OTHER:
        return saying(N_("nothing says what it holds"))
    if each.day is not None and ALL_ROLES[role] is Holds.COUNT:
        return saying(N_("the header is a day, and the sheet speaks of installs"))
    return saying(_BY_HOLDS[ALL_ROLES[role]])
