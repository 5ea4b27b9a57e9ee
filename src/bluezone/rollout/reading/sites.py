# ruff: noqa: E501 - lists of words
"""Tell sites and organisations, under a heading or in a table of their own, from places. Pure.

`A. Cách ly tập trung` over barracks and dormitories, `B. Cách ly tại nhà` over districts: what no heading of places
holds is no place whose name is not known. `II. Các cơ quan, ban ngành` holds offices, which count their own staff.
"""

from __future__ import annotations

import re

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.across import is_hamlet_named
from bluezone.rollout.reading.context import is_institution, is_office
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.offices import heading_of
from bluezone.rollout.reading.rows import Line, Sort
from bluezone.rollout.reading.site_words import is_of_sites

#: how the heading of a place's offices names them, as a plain key
_OFFICES = re.compile(
    r"\b(?:co quan(?! cap tren| chu quan)|(?:so|phong|ban) (?:ban )?nganh|phong ban|doan the|don vi (?:hanh chinh )?su nghiep|hanh chinh su nghiep|"
    r"luc luong vu trang|khoi (?:dang|nha nuoc|chinh quyen|hanh chinh|mat tran)|cac (?:so|phong|ban|nganh))\b"
)
_COMPANIES = re.compile(r"\b(?:doanh nghiep|cong t[iy]|xi nghiep|nha may)\b")
_COMPANY = re.compile(r"(?:tong )?(?:cong t[iy]|cty|cti|ct|doanh nghiep|dntn|xi nghiep|nha may|htx|hop tac xa)\b")
#: titles of people at sites that are no place, and what such sites are called
_AT_SITES = re.compile(
    r"\b(?:(?:khu|diem|co so|noi) cach li|cach li tap trung|doanh trai|don vi (?:quan doi|bo doi|quan su)|ki tuc xa|chot (?:kiem|phong|truc))\b"
)
_SITE = re.compile(
    r"(?:quan khu|su doan|lu doan|trung doan|tieu doan|dai doi|trung doi|don|hai doi|trai|doanh trai|khu|ki tuc xa|ktx|nha|resort|"
    r"homestay|hotel|ks|diem|co so|chot|cum|day|toa|block)\b"
)
_LONGEST_MARK = 6


def sites_of(draft: Draft) -> frozenset[int]:
    """Return the rows of sites: all those below a heading under which no row is a place and one is called as an office,
    a school or a company is, or which names offices; in a table of sites all rows, where none is a place, else those
    that are called as sites are."""
    found = _in_a_table_of_sites(draft)
    for heading, rows in _by_heading(draft):
        placed = any(row.number in draft.placed.units or row.number in draft.placed.outside for row in rows)
        said = bool(_OFFICES.search(words.key_of(heading)))
        of_hamlets = _is_of_hamlets(draft, heading)
        if not placed and (said or any(_is_site(row.name, of_hamlets=of_hamlets) for row in rows)):
            found += [row.number for row in rows]
    return frozenset(found)


def _is_of_hamlets(draft: Draft, heading: str) -> bool:
    """Return whether rows called `Tổ 1` below a heading are groups of neighbours, not of workers: the heading or that of
    the names is called as hamlets are, `Khu phố 1` or `Tổ dân phố`, and no school or company."""
    return is_hamlet_named(" ".join(heading.split())) or bool(_HAMLETS.search(words.key_of(heading_of(draft))))


_HAMLETS = re.compile(
    r"\b(?:ap|thon|khom|khu vuc|khu pho|khu dan cu|to dan pho|to nhan dan|to tu quan|buon|bon|soc|xom|khoi pho)\b"
)


def _is_site(name: str, *, of_hamlets: bool) -> bool:
    """Return whether a row is called as an office, a school or a company is, and not as a hamlet."""
    bare = re.sub(r"\s*\([^()]*\)$", "", " ".join(name.split()))  # `Tổ 1 (Khu phố 2)`
    if is_hamlet_named(bare, surely=not of_hamlets):
        return False
    return is_office(name) or is_institution(name)


def of_their_staff(draft: Draft) -> frozenset[int]:
    """Return the rows whose figures are of those who work there: of offices and companies below a heading that names
    such. Schools, hotels and others may count those who come to them, too."""
    found = []
    for heading, rows in _by_heading(draft):
        key = words.key_of(heading)
        offices, companies = bool(_OFFICES.search(key)), bool(_COMPANIES.search(key))
        for row in rows:
            company = bool(_COMPANY.match(words.key_of(row.name)))
            if (companies and company) or (offices and not company and not is_institution(row.name)):
                found.append(row.number)
    return frozenset(found)


def _in_a_table_of_sites(draft: Draft) -> list[int]:
    """Return the rows that are sites by the header of their names or by a title: `Khu cách ly` over `Trung đoàn 123`."""
    of_sites = is_of_sites(heading_of(draft))
    if not of_sites and not any(_AT_SITES.search(words.key_of(text)) for _, text in draft.block.titles):
        return []
    placed = draft.placed
    others = [line for line in draft.units if line.number not in placed.units.keys() | placed.several.keys()
              and line.number not in placed.outside]  # fmt: skip
    all_of_them = of_sites and not placed.units
    return [line.number for line in others if all_of_them or _SITE.match(words.key_of(line.name))]


def _by_heading(draft: Draft) -> list[tuple[str, list[Line]]]:
    """Return the rows of units below each heading that names no unit itself, with its text; those above the first have
    none."""
    groups: list[tuple[str, list[Line]]] = []
    for line in draft.lines.all:
        heads = line.sort is Sort.HEADING or (line.sort is Sort.TOTAL and line.head)
        alone = line.sort is Sort.NOTE and not line.name and len(line.mark) > _LONGEST_MARK  # in the column of marks
        if (heads or alone) and line.number not in draft.placed.units:
            groups.append((line.name or line.mark, []))
        elif line.sort is Sort.UNIT and groups:
            groups[-1][1].append(line)
    return groups
