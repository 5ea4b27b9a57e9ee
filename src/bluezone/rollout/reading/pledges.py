# ruff: noqa: E501 - lists of words
"""Keep what was promised, planned or expected from being taken for what was done: `Cam kết số người cài`. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import LEAVE_OUT, SAID_SO, Role
from bluezone.rollout.reading.subtitles import without_days
from bluezone.rollout.reading.titles import Measure
from bluezone.rollout.reading.vocabulary import Guess, has, key_of

PROMISED = N_("it counts what is promised or planned, not installations")
TITLE_PROMISES = N_("the title speaks of what is promised or planned, not of installations: “{title}”")
TITLE_AIMS = N_("what the title plans: “{title}”")
#: why a column of promises is left out
OF_PROMISES = (PROMISED, TITLE_PROMISES)

_BEGINNING = re.compile(
    r"^(?:(?:bao cao|bang|bieu(?: mau)?|bieu so|phu luc|tong hop|thong ke|so lieu|danh sach|mau|ve|viec|so nguoi|so luong|"
    r"so luot|tong so|cac (?:xa|huyen|don vi)|\d{1,2}|[ivx]+)\b ?)*"
)
_GIVING = r"(?:phan bo|phan khai|phan giao|phan chia|phan cong|chia|giao|an dinh|xac dinh|xai dung|xay dung|de xuat|dang ki|du kien|du thao|dieu chinh|bo sung|phe duyet|phe duyet)"
_AIM = re.compile(
    r"^(?:ke hoach(?! so\b)|phan dau|chi tieu|muc tieu|phan bo|phan khai|phan giao|phan chia|phan cong (?:so|cai|nhiem vu|chi tieu)|lo trinh|kich ban|phuong an|nhiem vu giao)\b"
    r"|^giao (?:cho |ve )?(?:cac|tung|moi|63|don vi|dia phuong|huyen|xa|phuong)\b"
    rf"|^{_GIVING}(?: {_GIVING}| cac| \w+)? (?:chi tieu|muc tieu|ke hoach|nhiem vu|so luong|so nguoi|so luot)\b"
)
#: which a title that does not name the app says only of what is to be reached: `KẾ HOẠCH GIAO CÁC ĐỊA PHƯƠNG`
_AIM_ALONE = re.compile(
    r"^(?:ke hoach(?: (?:giao|phan bo|phan khai|cac|cua cac|den|dot|thang|tuan|chi tiet giao)|$)|phan dau|chi tieu(?! bao cao)|muc tieu|"
    r"phan bo|phan khai|phan giao|giao (?:chi tieu|ke hoach|so luong|so nguoi|cac|cho cac))\b"
)
#: an aim that a title names anywhere, and nothing done: whether its count is the aim is asked
_NAMES_AN_AIM = re.compile(
    r"\b(?:chi tieu|muc tieu|phan bo|phan dau|ke hoach giao|giao nhiem vu|lo trinh|khoan chi|dinh muc)\b"
)
_PROMISE = re.compile(
    r"^(?:dang ki(?! su dung\b| tai khoan\b)|du kien|cam ket|uoc|uoc tinh|du bao|du tinh|nhu cau)\b|"
    r"\b(?:se|du kien|du dinh|cam ket|dang ki) (?:se )?(?:cai|tai)\b"
)
#: with which a title tells of what was done
_DONE = (
    "ket qua",
    "kq",
    "da cai",
    "da dat",
    "tien do",
    "tinh hinh",
    "tifnh hinh",
    "cap nhat",
    "hien co",
    "thuc te",
    "lui ke",
    "luy ke",
    "so voi",
)
#: with which a header does
_DONE_BELOW = (*_DONE, "da", "dat duoc", "thuc hien", "den nay", "den nai", "co", "moi", "tang")
_APP = ("bluezone", "bluezon", "blue zone", "bz", "cai", "cai dat", "ung dung", "app", "ncovi")
#: what a header says of people who are to install
_PROMISED = re.compile(
    r"\bse (?:cai|tai)\b|\b(?:du kien|du dinh|cam ket|dang ki|muon|co nhu cau|nhu cau)(?: (?:se|duoc|so|luong|nguoi|may))* (?:cai|tai)\b|"
    r"^(?:so nguoi |so luong )?(?:cam ket|du kien)$"
)
#: beside which a bare number of people is what was done
_HELD_AGAINST = {words.TARGET, words.MISSING, words.PERCENT_TARGET}


def leave_promises_out(
    roles: Sequence[Role],
    titles: Iterable[str],
    names: Sequence[str] = (),
    answer: str = "",
    above: Iterable[str] = (),
    *,
    sure_name: bool = True,
) -> None:
    """Leave out columns of what is promised, by their header or by the title nearest to them (`titles`), and take those
    of a plan for targets; where a title, or the name of the sheet or file (`names`), may say so, it is asked. `answer`:
    what an officer said that they are; `above`: titles of other tables of the sheet; `sure_name`: two letters for a
    sheet's name are those of a plan, as another sheet is called after results."""
    for role in roles:
        if _is_open(role) and role.column.path and _PROMISED.search(key_of(role.column.path[-1])):
            _leave_out(role, PROMISED)
    titles = list(titles)
    headers = (text for role in roles for text in role.column.path)
    about = any(has(key_of(text), *_APP) for text in (*titles, *names, *above, *headers))
    title, named, aims = _said_by(titles, names, about_the_app=about, sure_name=sure_name)
    if not (title or named) or any(role.kind in _HELD_AGAINST and role.amounts.by_line for role in roles):
        return
    by_name_of_results = title not in titles and any(map(_was_done, roles))
    for role in roles:
        header = key_of(" ".join(role.column.path))
        shares_of_results = role.is_share and by_name_of_results  # `Chỉ tiêu` names a sheet of indicators, too
        if shares_of_results or has(header, *_DONE_BELOW) or role.why.template == SAID_SO:
            continue
        if named:
            _note(role, named, answer)
        else:
            _take_for_promise(role, title, aims=aims)


def _take_for_promise(role: Role, title: str, *, aims: bool) -> None:
    """Take a column below a title that speaks of a plan (`aims`) for targets, below one of promises for none."""
    if aims and role.is_share:
        _leave_out(role, TITLE_PROMISES, title)
    elif role.kind == words.UNKNOWN:
        if not aims and role.left_out is None and role.amounts.by_line:
            role.left_out = saying(TITLE_PROMISES, title=title)
    elif not (_is_open(role) or (aims and _is_bare(role))):
        return
    elif aims:
        role.kind, role.of, role.guess = words.TARGET, "", Guess(words.TARGET)
        role.why = saying(TITLE_AIMS, title=title)
    else:
        _leave_out(role, TITLE_PROMISES, title)


#: how a sheet of what is to be reached is called beside that of results: `KH 30-8`, `Kế hoạch`, `Chỉ tiêu`
_SHEET_OF_AIMS = re.compile(
    r"^(?:kh|ke hoach|ct|chi tieu|muc tieu|giao(?: chi tieu)?|phan bo|phan khai)(?: \d+| slash| thang| nam| den| ngay| giao)*$"
)


def _said_by(
    titles: Sequence[str], names: Sequence[str], *, about_the_app: bool, sure_name: bool
) -> tuple[str, str, bool]:
    """Return the title or name that speaks of a promise or a plan, else the one that may do so and is to be asked, and
    whether it is a plan."""
    title, aims = _promised_by(titles, names[0] if names else "", about_the_app=about_the_app)
    if title not in titles and not sure_name and key_of(title) in _IN_SHORT:
        return "", title, aims  # `CT`, `KH`: a plan, or the initials of something else
    return title, "" if title else _may_be_an_aim(titles, names), aims


#: two letters that may be the initials of anything
_IN_SHORT = frozenset(["kh", "ct"])


def aim_day(titles: Iterable[str], years: set[int], today: dt.date) -> dt.date | None:
    """Return the one day that titles name for an aim, which may lie ahead: `Chỉ tiêu đến 30/8/2020`."""
    year = next(iter(years)) if len(years) == 1 else today.year
    days = [day for title in titles for day in days_in(title) if day.said is Said.OTHER]
    dates = {date for day in days if _AIMED.search(key_of(day.text)) and (date := day.date(year))}
    return dates.pop() if len(dates) == 1 else None


_AIMED = re.compile(r"\b(?:chi tieu|muc tieu|phan dau|phan bo|phan khai|phan giao|phan cong|ke hoach|nhiem vu|giao)\b")


def _note(role: Role, title: str, answer: str) -> None:
    """Have a count be asked about that may be an aim; take it as answered."""
    if role.kind not in {words.INSTALLS, words.TOTAL} or not role.amounts.by_line or role.measure is not None:
        return
    if not answer:
        role.measure = Measure(Guess(words.TARGET), title, open=True)
        return
    kind, _, of = answer.partition(":")
    role.kind, role.of, role.why = words.UNKNOWN if kind == LEAVE_OUT else kind, of, saying(SAID_SO)
    role.guess = Guess(role.kind, of)
    if role.kind == words.UNKNOWN:
        role.left_out = role.why


def _may_be_an_aim(titles: Iterable[str], names: Iterable[str]) -> str:
    """Return the title or the name that speaks of an aim, where none speaks of anything done."""
    keys = {text: key_of(without_days(text)) for text in (*titles, *names)}
    if any(has(key, *_DONE) for key in keys.values()):
        return ""
    return next((text for text, key in keys.items() if _NAMES_AN_AIM.search(key)), "")


def _is_open(role: Role) -> bool:
    return role.kind in {words.INSTALLS, words.UNKNOWN} and role.why.template != SAID_SO and bool(role.amounts.by_line)


def _was_done(role: Role) -> bool:
    """Return whether a column's header says that it counts what was done, so that shares beside it may be its own."""
    done = role.kind in {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE} and role.amounts.by_line
    return bool(done) and has(key_of(" ".join(role.column.path)), "da", "moi", "tang", *_DONE)


def _is_bare(role: Role) -> bool:
    return role.kind == words.TOTAL and role.why.template != SAID_SO and bool(role.amounts.by_line)


def _leave_out(role: Role, why: str, title: str = "") -> None:
    role.kind, role.of, role.guess = words.UNKNOWN, "", Guess(words.UNKNOWN)
    role.left_out = saying(why, title=title) if title else saying(why)


def _promised_by(titles: Sequence[str], sheet: str, *, about_the_app: bool) -> tuple[str, bool]:
    """Return the title that speaks of a promise or a plan, and whether it is a plan: the nearest that names the app,
    or says no more than that it is a plan where something else of the file names it; else the sheet's name."""
    for title in titles:
        key = key_of(without_days(title))
        bare = _BEGINNING.sub("", key)
        if not has(key, *_APP):
            if about_the_app and _AIM_ALONE.match(bare) and not has(key, *_DONE):
                return title, True
            continue
        if has(key, *_DONE):
            return "", False
        if _PROMISE.search(bare) or _PROMISE.search(key):
            return title, False
        if _AIM.match(bare):
            return title, True
        break
    done = any(has(key_of(without_days(title)), *_DONE) for title in titles)
    return (sheet, True) if about_the_app and not done and _SHEET_OF_AIMS.match(key_of(sheet)) else ("", False)
