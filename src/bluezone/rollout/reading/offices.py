# ruff: noqa: E501 - lists of words
"""Tell offices, schools and hamlets that are called like places from the places: in a table of offices, and below a
heading that names what the rows are, `Trạm y tế` over `Vị Trung`, `Vị Thủy`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from bluezone.errors import N_
from bluezone.rollout.reading import questions
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import is_institution, is_office
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.names import is_council
from bluezone.rollout.reading.places import Named, Placed
from bluezone.rollout.reading.results import Choice, Question, saying
from bluezone.rollout.reading.rows import Sort
from bluezone.rollout.reading.site_words import LEADS, SITES, begins_with, is_of_sites

_HEADER = re.compile(r"(ten )?co quan( don vi)?")


def part_by_office(drafts: Sequence[Draft]) -> None:
    """Say of which office the blocks of a sheet are, where each has one in its own title and they list the same units:
    `I. Đoàn TNCS`, `II. Hội Phụ nữ` over the same districts. Their figures are not those of the places."""
    for sheet in {id(draft.block.sheet): draft.block.sheet for draft in drafts}.values():
        found = [draft for draft in drafts if draft.block.sheet is sheet]
        named = [draft.office for draft in found]
        units = [{unit.code for unit in draft.placed.units.values()} for draft in found]
        if len(found) < 2 or not all(named) or len(set(named)) < len(named) or not set.intersection(*units):
            continue
        for draft in found:
            for line in draft.units:
                line.of = draft.office


def take_out(placed: Placed, rows: Sequence[Named], figured: Set[int], header: Sequence[str], *, counted: bool) -> None:
    """Take `UBND huyện Vị Thủy` for the office, not for the district, where most of the rows with figures name no place
    or `header`, that of the names, says that they are offices, beside a count of people (`counted`) or others."""
    said = bool(header) and bool(_HEADER.fullmatch(words.key_of(header[-1])))
    said = said and (counted or any(is_office(row.text) and row.line in figured for row in placed.unknown))
    unknown = sum(row.line in figured for row in placed.unknown)
    most = unknown > len(placed.units.keys() & figured)
    if most:  # `Hoàng Yến` among hotels is no commune of another province
        loose = [row for row in rows if row.line in placed.outside and not any(each.said for each in row.matches)]
        placed.unknown += loose
        for row in loose:
            del placed.outside[row.line]
    for row in rows if said or most else ():
        if row.line in placed.units and is_council(row.text):
            del placed.units[row.line]
            placed.renamed.pop(row.line, None)
            placed.groups.discard(row.line)
            placed.unknown.append(row)


#: headings of offices each place has one of: they may report for its people, or count their own
OFFICES = (
    "tram y te", "tram i te", "tyt", "trung tam", "ttyt", "ttvh", "cong an", "ca xa", "ca huyen", "ban chqs", "bch", "ban chi huy",
    "xa doi", "doan xa", "doan phuong", "doan thanh nien", "huyen doan", "thanh doan", "tinh doan", "xa doan", "doan co so",
    "doan truc thuoc", "hoi", "ldld", "lien doan", "cong doan", "mttq", "ubmttq", "uy ban mat tran", "mat tran", "phong", "bhxh",
    "bao hiem", "buu dien", "buu cuc", "dien luc", "viettel", "vnpt", "vinaphone", "mobifone", "nha mang", "chi cuc", "thue",
    "kho bac", "toa an", "vien kiem sat", "vks", "to cong nghe",
    "to covid", "to tuyen truyen", "to giam sat", "doi", "ban chi dao", "bcd", "ban quan li", "dai truyen thanh", "dai tt", "nganh",
    "khoi co quan", "co quan quan su", "kiem lam", "hat kiem lam", "quan li thi truong", "thu vien", "nha van hoa",
)  # fmt: skip
#: headings of those who govern a place, and report for it: in doubt only where so few are counted that they may be officials
COUNCILS = ("ubnd", "uy ban nhan dan", "hdnd", "dang uy", "huyen uy", "dang bo")
_OFFICIALS = 150
#: headings that hamlets and larger places stand under alike
_EITHER = frozenset(["khu vuc"])
#: what a heading says besides: of which level the offices are
_LEVEL = re.compile(
    r"[\s,;/]*(?:\b(?:cấp|các|trực thuộc|thuộc)\s+)?\b(?:xã|phường|thị trấn|tt|huyện|quận|thị xã|thành phố|thị|thành|tp|tx|tỉnh)\b[\s,;/]*(?=(?:\s|,|;|/|và|xã|phường|thị|huyện|quận|thành|phố|trấn|tp|tx|tt|tỉnh)*$)",
    re.IGNORECASE,
)
#: the answers: rows are the places, or others that are only called so
PLACES, OTHERS = "places", "others"


def heading_of(draft: Draft) -> str:
    """Return the lowest text above the names of a block's rows, empty where there is none."""
    path = next((column.path for column in draft.block.columns if column.number == draft.lines.unit), [])
    return " ".join(path[-1].split()) if path and not draft.block.turned else ""


def holds_either(draft: Draft) -> bool:
    """Return whether a heading of hamlets may stand over larger places too: `Khu vực`."""
    return words.key_of(heading_of(draft)) in _EITHER


def _called(draft: Draft) -> tuple[str, bool] | None:
    """Return the text that says that rows are no places but called like them, and whether that is sure; None where
    nothing does."""
    heading = heading_of(draft)
    key = LEADS.sub("", words.key_of(heading))
    if is_of_sites(heading):
        return heading, True
    if draft.with_numbers(words.POPULATION, words.PERCENT_POPULATION, words.HOUSEHOLDS):
        return None  # whoever reports: people who live there are counted
    councils = [line.name for line in draft.units if is_council(line.name)]
    if _are_few(draft) and (begins_with(key, COUNCILS) or len(councils) * 2 > len(draft.units)):
        return heading if begins_with(key, COUNCILS) else councils[0], False
    if begins_with(key, OFFICES) or (key in _EITHER and draft.lines.level == words.HAMLET):
        return heading, False
    for _, text in draft.block.titles:
        said = LEADS.sub("", words.key_of(text))
        if begins_with(said, SITES) and words.has(said, "cai", "cai dat", "bluezone", "ung dung"):
            return text, False
    return None


def _are_few(draft: Draft) -> bool:
    """Return whether no row counts more than officials of a place may be."""
    counts = [amount.value for role in draft.with_numbers(*words.COUNTS) for amount in role.amounts.by_line.values()]
    return bool(counts) and max(counts) < _OFFICIALS


def _namesakes(draft: Draft, rows: Sequence[Named]) -> list[Named]:
    """Return the rows with figures that are called like a place, none where each says its kind: below `Hội LHPN xã, thị
    trấn` the row `TT Sơn Dương` is what `Trung Yên` is."""
    placed = draft.placed
    figured = {line.number for line in draft.units}
    held = placed.units.keys() | placed.several.keys() | placed.outside.keys()
    held |= figured if placed.parents else set()
    called = [row for row in rows if row.line in held & figured and row.matches]
    plain = any(is_council(row.text) or not any(each.said for each in row.matches) for row in called)
    return called if plain else []


def part_by_heading(draft: Draft, rows: Sequence[Named], answer: str | None) -> bool:
    """Take rows for the schools, offices or hamlets that are called like places, where the heading above them says so;
    note what is to be asked. Return whether any were."""
    found = _called(draft)
    if found is None or not (same := _namesakes(draft, rows)):
        return False
    text, sure = found
    if draft.whom is not None and draft.whom.open and not sure and text != heading_of(draft):
        return False  # of whom it counts is asked
    if not sure and answer is None:
        draft.called = text
        return False
    if not sure and answer != OTHERS:
        return False
    numbers = {row.line for row in same}
    placed = draft.placed
    placed.unknown += [row for row in rows if row.line in numbers and row not in placed.unknown]
    for number in numbers:
        placed.units.pop(number, None)
        placed.several.pop(number, None)
        placed.outside.pop(number, None)
        placed.renamed.pop(number, None)
    placed.parents, placed.groups = [], placed.groups - numbers
    if text == heading_of(draft) and draft.lines.level != words.HAMLET and len(numbers) * 2 >= len(draft.units):
        _name_in_full(draft, rows, _LEVEL.sub("", re.sub(r"^(?:tên|danh sách|các)\s+", "", text, flags=re.IGNORECASE)))
    return True


def _name_in_full(draft: Draft, rows: Sequence[Named], kind: str) -> None:
    """Name rows with what their heading says that they are: `Trạm y tế Vị Trung`."""
    by_line = {row.line: row for row in rows}
    for line in draft.lines.of(Sort.UNIT):
        if line.name and line.number in by_line and not is_office(line.name) and not is_institution(line.name):
            line.name = by_line[line.number].text = f"{kind[:1].upper()}{kind[1:]} {line.name}"


def ask_rows(draft: Draft) -> Question | None:
    """Ask whether rows are the places they are called like, where their heading names offices that each place has."""
    if not draft.called:
        return None
    text = saying(N_("The rows under “{heading}” are called like places: do they count everybody who lives there?"),
                  heading=questions.shortened(draft.called))  # fmt: skip
    return Question("rows", text, (
        Choice(OTHERS, saying(N_("no: they are the offices, schools, hamlets or others of that name"))),
        Choice(PLACES, saying(N_("yes: they are the places"))),
    ))  # fmt: skip
