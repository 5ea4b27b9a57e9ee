"""Read counts that a header or a title gives in thousands or millions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import questions
from bluezone.rollout.reading.amounts import Amounts
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.results import Question
from bluezone.rollout.reading.roles import Role

_PEOPLE = r"(?:người|nguoi|lượt|luot|máy|may|thuê bao|thue bao|hộ|ho|dân|khách|khach|điện thoại|đt|tài khoản|tk)"
#: `ĐVT: nghìn lượt`, `(Đơn vị: 1.000 người)`; `đơn vị` alone is a heading of names
_SAID = re.compile(r"(?:đvt|dvt|đv tính|dv tinh|đơn vị(?: tính)?|don vi(?: tinh)?)\s*:?\s*\(?(.*)", re.IGNORECASE)
_FACTOR = re.compile(
    rf"\b(?:(?P<thousand>nghìn|nghin|ngàn|1[.,]?000|ngan(?= ?{_PEOPLE}\b))"
    r"|(?P<million>triệu|trieu|1[.,]?000[.,]?000))\b(?!\s*(?:đồng|dong|đ)\b)",
    re.IGNORECASE,
)
#: a title that is nothing but a unit: `(nghìn người)`
_ALONE = re.compile(
    rf"\(?\s*(?:tính theo\s*)?(?:nghìn|nghin|ngàn|ngan|1[.,]?000|triệu|trieu)\s*{_PEOPLE}\s*\)?", re.IGNORECASE
)
#: a unit in a header: in brackets or behind a mark, or a word beside what is counted
_IN_HEADER = re.compile(
    rf"\(([^()]*)\)|[,;:–-]\s*((?:nghìn|nghin|ngàn|ngan|1[.,]?000|triệu|trieu)\b[^()]*)|\b((?:nghìn|ngàn|triệu)\s*{_PEOPLE}\b)",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"\(\s*(?:đvt\s*:?\s*)?{_PEOPLE}\s*\)", re.IGNORECASE)


def factor_in(text: str) -> int:
    """Return by how much counts of a unit of measure are to be multiplied, 1 where it names no thousands."""
    found = _FACTOR.search(text)
    if not found:
        return 1
    return 1_000_000 if found["million"] else 1_000


def of_header(header: str) -> int:
    """Return by how much the counts below a header are to be multiplied: `Dân số (nghìn người)` by 1,000."""
    return max((factor_in(next(filter(None, match.groups()), "")) for match in _IN_HEADER.finditer(header)), default=1)


def of_title(text: str) -> int:
    """Return by how much a title says that counts are to be multiplied: `ĐVT: nghìn lượt` by 1,000."""
    if _ALONE.fullmatch(text.strip()):
        return factor_in(text)
    found = _SAID.search(text)
    return factor_in(found[1]) if found else 1


def ask_scale(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Read counts that a header gives in thousands or millions; ask where only a title does."""
    own = set()
    for role in draft.roles:
        factor = of_header(role.column.header)
        if role.is_count and (factor > 1 or _PLAIN.search(role.column.header)):
            own.add(role.letters)
            if factor > 1:
                _scale(draft, role, factor)
                role.amounts.thousandths = False
    factor = max((of_title(text) for _, text in draft.block.titles), default=1)
    # `246,1` is a number only of thousands: a column of nothing else counts too
    counts = [role for role in draft.roles if role.is_count and role.letters not in own
              and (role.amounts.by_line or role.amounts.bad)]  # fmt: skip
    if factor == 1 or not counts:
        return None
    if "scale" not in answers and all(map(_has_parts, counts)):
        for role in counts:  # no part of a person is counted
            _scale(draft, role, factor)
        return None
    if "scale" not in answers:
        first = next((role for role in counts if role.amounts.by_line), counts[0])
        cell = draft.block.sheet.own(min(first.amounts.by_line or first.amounts.bad), first.column.number)
        return questions.of_scale(factor, cell.text if cell.number is None else cell.number)
    if answers["scale"] == str(factor):
        for role in counts:
            _scale(draft, role, factor)
    return None


def _has_parts(role: Role) -> bool:
    """Return whether a column of counts holds parts of one, `73,3`."""
    texts = [text for text in role.amounts.bad.values() if _PART.fullmatch(text.strip())]
    return bool(texts) or any(
        amount.value != amount.value.to_integral_value() for amount in role.amounts.by_line.values()
    )


#: no group of three digits
_PART = re.compile(r"\d+[.,](?:\d{1,2}|\d{4,})")


def _scale(draft: Draft, role: Role, factor: int) -> None:
    cells = {line.number: cell for line in draft.units
             if (cell := draft.block.sheet.own(line.number, role.column.number))}  # fmt: skip
    role.amounts, role.factor = scaled(cells, factor), factor


def scaled(cells: Mapping[int, Cell], factor: int) -> Amounts:
    """Return numbers that are written in thousands or millions, parts of one among them, as counts."""
    found = read.read_shares(cells)
    found.fractions_open = False
    read.times(found, factor)
    return found
