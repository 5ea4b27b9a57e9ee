"""Find the header of an uploaded list, and bound what lies below it: one rule for every kind of list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from django.utils.translation import gettext_noop

from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.rollout.reading import vocabulary as words

#: headers of columns that name units, as plain keys
UNIT_WORDS = ("unit", "name", "area", "don vi", "dia phuong", "ten", "ten don vi")
CODE_WORDS = ("code", "ma", "ma don vi", "gso")
LEVEL_WORDS = {
    "commune": ("commune", "ward", "xa", "phuong", "xa phuong", "phuong xa", "xa phuong thi tran"),
    "district": ("district", "huyen", "quan huyen", "huyen thi xa thanh pho", "huyen thi xa", "huyen quan"),
    "province": ("province", "tinh", "tinh thanh pho", "tinh thanh", "tinh tp", "province city"),
}
#: the same columns in the vocabulary of headers, for tables whose words are none of these
LEVEL_KINDS = {"commune": (words.COMMUNE,), "district": (words.DISTRICT,), "province": (words.PROVINCE,)}
DATE_WORDS = ("date", "ngay", "as of", "thoi diem")
SOURCE_WORDS = ("source", "source url", "url", "nguon", "duong dan")
#: numbered rows of cells
Lines = Sequence[tuple[int, list[str]]]
#: titles may stand above a header, but not so many
_HEADER_SEARCH_ROWS = 20


def find_header(
    lines: Lines,
    field_of: Callable[[str], str | None],
    is_header: Callable[[Collection[str]], bool],
    *,
    most: int,
    missing: str,
) -> tuple[list[str], dict[str, int], Lines]:
    """Return the header, the column of each field, and the rows below that are not empty.

    field_of: the field that a cell names; is_header: whether the fields of a row make it one. Raises UploadError
    without a header (`missing` is the sentence), without a row, and for more than `most` rows.
    """
    for position, (_line, cells) in enumerate(lines[:_HEADER_SEARCH_ROWS]):
        fields: dict[str, int] = {}
        for at, cell in enumerate(cells):
            if (field := field_of(cell)) is not None:
                fields.setdefault(field, at)
        if is_header(fields):
            rows = [(line, row) for line, row in lines[position + 1 :] if any(row)]
            if not rows:
                raise UploadError(gettext_noop("the list has a header, but no row below it"))
            if len(rows) > most:
                template = gettext_noop("the list has {count} rows; at most {most} are taken at once")
                raise UploadError(template, count=len(rows), most=most)
            return cells, fields, rows
    raise UploadError(missing)


def cells_of(cells: Sequence[str], fields: Mapping[str, int]) -> dict[str, str]:
    """Return a row's texts by field, without needless spaces; a row may be shorter than its header."""
    return {field: " ".join(cells[at].split()) for field, at in fields.items() if at < len(cells)}
