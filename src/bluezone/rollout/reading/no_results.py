"""Tell which headers give no figure of their day. Pure."""

from __future__ import annotations

import re

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.people import group_of
from bluezone.rollout.reading.vocabulary import has

#: a day before whose day is written: `Lũy kế đến tuần trước (14/8)` is all up to that day
_DAY_OF_BEFORE = re.compile(
    r"\b(?:den (?:het )?(?:ngai|ngay|tuan|ki|thang|lan|dot)|ki|lan|bao cao) truoc (?:ngai |ngay )?"
    r"\d{1,2} slash \d{1,2}\b(?! den\b)"
)
#: with last year, when there was no app: `Số HS tăng so với năm học trước`
_THAN_LAST_YEAR = re.compile(r"\b(?:tang|giam|so voi)\b.*\bnam (?:hoc )?(?:truoc|ngoai|qua)\b")
#: what people had or were told of that has nothing to do with the app, where no word of it stands beside
_OTHER_SUBJECTS = (
    "tang ca", "lam them gio", "lam ngoai gio", "bhyt", "bhxh", "bhtn", "bao hiem y te", "bao hiem i te", "vay von",
    "nhcsxh", "atgt", "an toan giao thong", "sot xuat huyet", "the hoi vien", "suat an", "suat qua", "qua tet",
    "tiem chung", "tiem phong", "vac xin", "hien mau", "hoc bong", "giay khen", "hoi phi", "dang phi", "doan phi",
)  # fmt: skip


def is_no_result(leaf: str, whole: str, exact: str | None) -> bool:
    """Return whether a column gives no figure of its day: one of a day before, what was taken off or is yet to be done,
    things, or how something changed."""
    not_done = terms.NOT_DONE.search(leaf) and not has(leaf, *terms.SHARE, *terms.MISSING, *terms.REFUSED)
    return (
        (
            has(whole, *terms.BEFORE)
            and not _DAY_OF_BEFORE.search(whole)
            and not has(leaf, "tang", "so voi", "tang them")
            and not has(whole, "tang so voi")
        )
        or counts_things(leaf)
        or _of_other_subjects(leaf)
        or has(whole, *terms.TAKEN_OFF)
        or bool(terms.PER_PEOPLE.search(leaf) or terms.NO_COUNT.search(leaf))
        or (bool(terms.NO_MORE.search(leaf)) and not has(leaf, *terms.SHARE))
        or _compares(leaf, exact)
        or (bool(not_done) and not terms.PASSIVE.search(leaf))
    )


def _of_other_subjects(leaf: str) -> bool:
    """Return whether a header speaks of something else than the app: `Tăng ca`, `Số HS đã mua BHYT`. Who came for it,
    `Khách đến làm BHXH`, may be asked about the app."""
    other = has(leaf, *_OTHER_SUBJECTS) or bool(_THAN_LAST_YEAR.search(leaf))
    return other and not has(leaf, *terms.INSTALL, "khach", "nguoi den", "giao dich")


def counts_things(leaf: str) -> bool:
    """Return whether a header counts broadcasts, meetings, leaflets or minutes: `Số cụm loa`, `Tổng số lượt phát`."""
    people = has(leaf, "nguoi", "khach", *terms.RESIDENTS, *terms.INSTALL) or bool(group_of([leaf]))
    return _counts_no_people(leaf) or (bool(terms.THINGS.search(leaf)) and not people)


def _counts_no_people(leaf: str) -> bool:
    if has(leaf, *terms.NO_USERS) and not terms.PASSIVE.search(leaf):
        return True
    return any(f"{leaf} ".startswith(f"{word.strip()} ") for word in terms.NO_PEOPLE) and not leaf.startswith(
        terms.PEOPLE_AFTER_ALL
    )


def _compares(leaf: str, exact: str | None) -> bool:
    """Return whether a column gives how a rank or a result changed, or lies to a plan, and not as a share: `So với kế
    hoạch`, `Thay đổi thứ hạng`."""
    if exact is None and has(leaf, *terms.RANKS) and has(leaf, *terms.CHANGES):
        return True
    if terms.PLACES_GAINED.search(leaf) and has(leaf, *terms.CHANGES):
        return True
    return leaf.startswith(("so voi", "so sanh")) and not has(leaf, *terms.SHARE, *terms.INCREASE)
