# ruff: noqa: E501 - lists of words
"""Say of whom, and of which app, a table counts where a title, the heading above it, the sheet or the file says so.

`Kết quả cài Bluezone của cán bộ các huyện` over `Đã cài` counts officials, not the people of a district. Who acts on
people, sends a form or receives it is not whom it counts. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import is_institution, is_office
from bluezone.rollout.reading.meanings import SUBSCRIBERS_OF
from bluezone.rollout.reading.people import without_actor
from bluezone.rollout.reading.subtitles import (
    EXPORTED_BY,
    is_mark,
    is_of_sender,
    is_remark,
    may_qualify,
    named_by,
    place_of,
    without_days,
    without_where,
)
from bluezone.rollout.reading.vocabulary import has, key_of

#: the answer, and the verdict, that a table counts everybody who lives in its places
EVERYBODY = words.RESIDENTS
_MOST_WORDS = 60
OF_TITLE = N_("its header, and of whom the title says: “{title}”")
NOT_KEPT = N_("the title says NCOVI, of which no such figure is kept")
OF_OTHERS = N_("the title says of whom it counts, and you left them out")
OF_ANOTHER_APP = N_("another app, which the title names: “{title}”")
#: why a column is left out that a title speaks of: it is none of installations either
OF_WHOM = (OF_TITLE, NOT_KEPT, OF_OTHERS, OF_ANOTHER_APP)


@dataclass(frozen=True, slots=True)
class Whom:
    """Hold of whom the text `title` says that a table counts: `of` is a group of `terms.GROUPS`, the title's own words,
    or EVERYBODY; `open`: it names people, but may mean something else, and is to be asked. `households`: it counts
    these, or companies, vehicles and other things."""

    of: str
    title: str
    open: bool = False
    households: bool = False


def whom_of(titles: Iterable[str], names: Iterable[str] = ()) -> Whom | None:
    """Return of whom titles say that a table counts, the one nearest to it first; None where none says anything. The
    `names` of sheet and file name things of all sorts: what they say is asked."""
    lines = list(titles)
    for line in lines:
        if _IN_HOUSEHOLDS.fullmatch(key_of(line)):
            return Whom("", line, households=True)
        if found := _said_by(line):
            return found
    for line in lines:
        if found := _of_a_union_or_carrier(line):
            return found
    for name in names:
        if found := _said_by(re.sub(r"[_\d.]+", " ", name)):
            told = found.of == EVERYBODY
            return found if told else Whom(found.of, name, open=True, households=found.households)
    return None


#: `Đơn vị tính: hộ`
_IN_HOUSEHOLDS = re.compile(r"(?:don vi tinh|dvt|dv tinh)(?: la)? (?:so )?ho(?: gia dinh| dan)?")
_UNION = re.compile(
    r"^(?:bch |ban chap hanh |ban thuong vu |uy ban )?(?:hoi (?:lien hiep |lh)?(?:phu nu|pn|nong dan|cuu chien binh|ccb|nguoi cao tuoi|chu thap do|lhtn)|"
    r"hoi lhpn|tinh doan|huyen doan|huyen doan|thanh doan|thi doan|quan doan|doan tncs|doan thanh nien|lien doan lao dong|ldld|cong doan)\b"
)
_CARRIER = re.compile(r"\b(?:viettel|vinaphone|vnpt|mobifone|vietnamobile|gmobile)\b")
_OF_CARRIER = re.compile(
    r"\b(?:thue bao|khach hang|mang|cua) (?:\w+ ){0,6}(?:viettel|vinaphone|vnpt|mobifone|vietnamobile|gmobile)\b"
)
_GIVES_FIGURES = ("cung cap", "phoi hop", "ho tro", "nguon", "theo so lieu", "trich xuat", "gui")


def _of_a_union_or_carrier(line: str) -> Whom | None:
    """Return of whom a table may count that a union or a telephone company made, or counts the subscribers of: its own
    people, those it helped, or everybody, which is asked."""
    key = key_of(line)
    if _UNION.match(key):
        return Whom("members", line, open=True)
    if (_OF_CARRIER.search(key) or _CARRIER.match(key)) and not has(key, *_GIVES_FIGURES):
        return Whom(f"{SUBSCRIBERS_OF}{_CARRIER.findall(key)[0].capitalize()}", line, open=True)
    return None


_CLAUSES = re.compile(r"\s[-–—]\s|[:;()\n]|\s[-–—](?=\S)|(?<=\w\w\w)\.\s+(?=\w)")


def _said_by(line: str) -> Whom | None:
    if len(line.split()) > _MOST_WORDS or key_of(line).startswith(("kinh gui", "noi nhan", "kinh trinh")):
        return None
    clauses = [clause.strip(" .,") for clause in _CLAUSES.split(without_days(line))]
    before = ["", *clauses]
    found = [each for clause, mark in zip(clauses, before, strict=False)
             if not is_of_sender(mark) and (each := _of_clause(clause, line, is_mark(mark)))]  # fmt: skip
    for each in found:
        if not each.open:
            return each
    return found[0] if found else None


#: what follows tells by whom, for whom or after what a form was made, not whom it counts
_NOT_COUNTED = re.compile(
    r"\b(?:phuc vu|nham|(?<!tin )(?<!tien )(?<!toc )(?<!muc )(?<!che )(?<!trinh )do (?!tuoi)|theo (?!doi\b)|can cu|kinh gui|gui (?:ve|cho|ubnd|so|phong)|kem theo|de (?:theo doi|bao cao|chi dao)|"
    rf"nguoi (?:lap|tong hop|bao cao|phu trach)|{EXPORTED_BY}|noi nhan|bao cao (?:cua|gui|cho)|chi dao cua|chi thi cua|cong van cua|"
    r"cong van hoa toc|ke hoach cua|van ban cua|thuc hien (?:cong van|van ban|ke hoach|chi thi|chi dao|thong bao))\b.*"
)
#: offices and associations that have a word for people in their names
_BODIES = re.compile(
    r"\b(?:(?:trung uong |chi |tinh |thanh |huyen )?(?:hoi|doan)|lien doan|cau lac bo|so(?= lao dong thuong binh)|phong|"
    r"(?<!can )bo|ban|truong|trung tam|cung|to|lien minh|cong doan|bao|chinh sach)"
    r"(?: lien hiep| tncs| lhtn| tn| cham soc| bao ve| van dong)*"
    r" (?:phu nu|nong dan|cuu chien binh|nguoi cao tuoi|thanh nien|thanh nien cong san|lao dong|nguoi lao dong|sinh vien|"
    r"thieu nhi|doanh nhan|doanh nghiep|khach hang|hoc sinh|can bo|cong nhan|tre em|vien chuc|cong chuc|"
    r"nguoi khuyet tat|nha bao|giao vien)\b"
)
#: who reports, enters or keeps the figures
_REPORTS = r"(?: \w+){0,2}? (?:theo doi|tong hop|bao cao|nhap|phu trach|lap bieu|cung cap|kiem tra|dau moi|quan li)\b"
_APP = r"(?:cai|tai|su dung|dung|bluezone|bluezon|blue zone|bz|app|ung dung|ncovi)"
_HELP = re.compile(rf"(?P<before>.*?)\b(?:{terms.HELPS})\b(?P<after>.*)")
_LIST = re.compile(r"(?:phu luc|bieu|bang)?(?: \d+)? ?(?:tong hop )?danh sach\b")
_HOUSEHOLDS = re.compile(
    r"\b(?:(?:so|luong|moi|tung|cac|tong) ho (?!so\b|ten\b|tro\b|kinh doanh\b|tieu thuong\b)|ho (?:dan|gia dinh|ngheo|can ngheo|khau|nuoi|chan nuoi|san xuat|lam)\b|hgd\b)"
)
_THINGS = re.compile(
    r"\bso (?:luong )?(?:co so|cua hang|doanh nghiep|don vi|truong|lop|xe|phuong tien|to|doi|khach san|nha hang|diem|cong ti|cho|quai)\b"
)
#: people whom no group of the lists holds
OTHERS = re.compile(
    r"\b(?:f[0-3]|ca (?:benh|nhiem)|(?:nguoi )?(?:tiep xuc gan|nhap canh)|nong dan|ngu dan|giao dan|phu nu|cuu chien binh|"
    r"tre em|thieu nhi|thieu nien|nhi dong|tin (?:do|huu)|phat tu|tawngni|chuc sac|dan quan|dieu duong|shipper|phong vien|nha bao|"
    r"luat su|duong su|pham nhan|bi can|bi cao|nguyen don|bi don|cu tri|dai bieu|dong bao|viet kieu|kieu bao|chuyen gia|luc luong(?: (?:cong an|vu trang|quan doi|bien phong|quan su))?|doanh nhan|doanh nghiep|huu tri|"
    r"tu ve|bao ve|cong an vien|trinh sat|xa doi|van dong vien|hdv|huong dan vien|cong doan vien|tiep vien|"
    r"chu (?:ho|co so|tiem|cua hang|nha tro|phuong tien|doanh nghiep|tau|xe|trang trai|vuon)|nganh (?:giao duc|i te|cong an|quan doi|toa an)|"
    r"thue tro|o tro|ho (?:kinh doanh|tieu thuong)|"
    r"(?:(?!(?:dong|benh|cong|thu|hoc|phap|toan) vien\b)\w+ vien|(?!(?:phat|ve|tiem|dan|ho|moi|khi|tan|song|hoc) sinh\b)\w+ sinh|"
    r"(?!(?:tiep|xac|noi|ghi|chung|ca|nguoi|da|tu|thu|dan|nguyen) nhan\b)\w+ nhan|\w+ si|\w+ thuong (?:nhan|gia))|"
    r"nguoi (?!dan\b(?! toc\b)|gui\b|lap\b|ki\b|nop\b(?! (?:thue|ho so|phi|le phi|don)\b)|duyet\b|cai\b|dung\b|su\b|da\b|duoc\b|co\b|tai\b|chua\b|tham gia\b|cam ket\b|dang\b|khong\b|"
    r"tren\b|trong\b|moi\b|can\b|phai\b|va\b|den\b|tinh\b|cua\b|ngai\b|ngay\b|tuan\b|thang\b|hoat\b|kich\b|tu (?:cai|tai|\d)|"
    r"lan\b|theo\b|so\b|o (?:huyen|tinh|xa)\b|tai\b|biet\b|tu choi\b|bi\b|do\b|se\b|\d|cac\b|ung\b|app\b|bluezone\b|viet nam\b|"
    r"percent|slash|toan\b|dat\b|thuoc\b|tang\b|them\b|con\b|lu[iy]\b|luy\b|hien\b|nhan\b|hoan\b|thuc\b|truoc\b)\w+(?: (?!cai\b|tai\b|(?:da|duoc) (?:cai|tai|su|dung|co|duoc)\b|su\b|dung\b|bluezone\b)\w+)?)\b"
)
_PREPOSITION = r"(?:cua|trong|cho|doi voi|doi tuong|voi|la|gom|bao gom|danh cho|ve)"
_BEGINNING = re.compile(
    r"^(?:(?:[ivx]{1,4}|[a-e]|\d{1,2}|bieu|bang|mau|phu luc|so lieu|thong ke|tong hop|doi tuong|nhom|khoi|sheet|ds|danh sach|"
    r"bc|kq|la|gom|bao gom|rieng|tinh rieng|chi|tinh|doi voi|danh cho|bao cao|ket qua|tinh hinh|so luong|so)\b ?)*"
)
_P = "zpeoplez"


def _of_clause(clause: str, line: str, marked: bool) -> Whom | None:
    """Return of whom a clause says that a table counts; `marked`: `Đối tượng:` stands before it."""
    key = key_of(clause)
    said = _NOT_COUNTED.sub("", key).strip()
    about = bool(re.search(rf"\b{_APP}\b", said))
    begins = bool(re.search(rf"\b{_APP}\b", key_of(line))) and _begins_with_people(said)
    stands = not about and named_by(clause, marked=marked) is not None
    department = clause.strip().lower().startswith("sở ")
    if not said or (department and not about) or is_remark(clause):
        return None
    office = is_institution(clause) or (is_office(clause) and not _begins_with_people(said))
    if office and not about and not stands:
        return None
    said = without_actor(_BODIES.sub(" ", said))
    for house in terms.HOUSES:
        if house != "khu cach li":
            said = f" {said} ".replace(f" {house} ", " ").strip()
    helped = _HELP.fullmatch(said)
    if helped:  # those who help are no more counted than those who send a form
        passive = has(helped["before"], "duoc", "bi")
        said = helped["before"] if passive else helped["after"]
        said = " ".join(said.split())
    if has(said.replace("nguoi dan toc", "nguoi toc"), *terms.RESIDENTS):
        return Whom(EVERYBODY, line)
    listed = bool(_LIST.match(key))
    if _HOUSEHOLDS.search(said) or (_THINGS.search(said) and not listed):
        sure = bool(re.match(r"(?:\w+ ){0,4}?(?:so|luong|tong) (?:luong )?\w+", said)) and about and not helped
        return Whom("", line, open=not sure, households=True)
    said = said if about else without_where(said)
    spans = list(_people_in(said))
    if listed and all(has(said[a:b], "doanh nghiep", "doi tuong") for a, b, _ in spans):
        return None
    found = _judged(said, spans, clause, line, about=about or begins, helped=bool(helped)) if spans else None
    return found or _of_subtitle(said, spans, clause, line, about=about, marked=marked)


#: which leave a word for people that of all of its group: `Học sinh THCS`
_QUALIFIED = re.compile(
    rf"(?: (?:thcs|thpt|th|cho|benh vien|cong ti|xi nghiep|khu cong nghiep|kcn|du lich|luu tru|noi dia|quoc te|ben xe|thi xa|thi tran|thanh pho|thuoc|cong lap|noi tru|tieu hoc|mam non|pho thong|trung hoc|co so|cap \d|lop \d+|cac|va|tren|dia ban|huyen|tinh|xa|phuong|{'|'.join(terms.FILLING)}))*"
)


def _of_subtitle(
    said: str, spans: list[tuple[int, int, str]], clause: str, line: str, *, about: bool, marked: bool
) -> Whom | None:
    """Return of whom a line counts that names people in words which no list holds, or where they are."""
    bare = _BEGINNING.sub("", said)
    groups = {group for _, _, group in spans}
    if not about and len(spans) == 1 and "" not in groups:
        start, end, group = spans[0]
        if bare == said[start:] and _QUALIFIED.fullmatch(said[end:]):
            return Whom(group, line)
    if not spans and (where := place_of(said)):
        return Whom(_as_written(clause, where), line, open=True)
    named = named_by(clause, marked=marked)
    if (
        named is None
        and not about
        and spans
        and bare == said[spans[0][0] :]
        and not is_office(clause)
        and not bare.startswith("bo doi")
    ):
        return Whom(_as_written(clause, bare), line, open=True) if may_qualify(said[spans[0][1] :]) else None
    if named is None:
        return None
    people, sure = named
    if has(people, "toan dan", "mooi nguoi", "tat ca"):
        return Whom(EVERYBODY, line)
    return Whom(_as_written(clause, people), line, open=not sure)


def _begins_with_people(said: str) -> bool:
    bare = _BEGINNING.sub("", said)
    return any(start == 0 for start, _, _ in _people_in(bare))


def _people_in(said: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a text names people, from its beginning, and which group: (start, end, group)."""
    found: list[tuple[int, int, str]] = []
    left = said
    for phrase, group in _PHRASES:
        for each in re.finditer(rf"\b{re.escape(phrase)}\b", left):
            found.append((each.start(), each.end(), group))
            left = f"{left[: each.start()]}{'#' * len(each[0])}{left[each.end() :]}"
    for each in OTHERS.finditer(left):
        longer = re.match(
            rf"(?: (?!{_APP}\b|(?:da|duoc|dang) {_APP}\b|va\b)\w+){{0,6}}(?= (?:da |duoc |dang )?{_APP}\b)",
            left[each.end() :],
        )
        more = longer.end() if longer and each[0].startswith("nguoi ") else 0
        found.append((each.start(), each.end() + more, ""))
    yield from sorted(found)


#: the longest first: `phụ huynh học sinh` are parents
_PHRASES = sorted(
    ((phrase, group) for group, phrases in terms.GROUPS.items() for phrase in phrases), key=lambda each: -len(each[0])
)


def _judged(
    said: str, spans: list[tuple[int, int, str]], clause: str, line: str, *, about: bool, helped: bool
) -> Whom | None:
    """Return of whom a clause counts that names people at `spans`; `helped`: as those whom others help or ask."""
    kept = [span for span in spans if not re.match(_REPORTS, said[span[1] :])]
    where = [span for span in kept if said[span[0] : span[1]] == "doanh nghiep" or said[span[0] :].startswith("nganh ")]
    kept = [span for span in kept if span not in where] or kept
    if not kept:
        return None
    groups = {group for _, _, group in kept}
    of = next(iter(groups)) if len(groups) == 1 else ""
    of = of or _as_written(clause, said[kept[0][0] : _end_of_list(said, kept)])
    marked = said
    for start, end, _ in reversed(kept):
        marked = f"{marked[:start]}{_P}{marked[end:]}"
    bare = re.sub(
        rf"\b{_P}\b|\b(?:va|cac|slash|\d+|{'|'.join(terms.FILLING)}|tap trung|tai nha|nha|khac|dia ban)\b|[ivx]+ ",
        " ",
        _BEGINNING.sub("", marked),
    )
    alone = not bare.strip()
    named = re.search(rf"\b{_P}(?: \w+){{0,9}}? {_APP}\b", marked) or re.search(
        rf"\b{_PREPOSITION}(?: \w+){{0,3}}? {_P}\b", marked
    )
    if alone and not about and all(has(said[start:end], *_BODIES_ALONE) for start, end, _ in kept):
        return None
    if alone or helped or (about and named):
        return Whom(of, line)
    return Whom(of, line, open=True) if about else None


def _end_of_list(said: str, spans: list[tuple[int, int, str]]) -> int:
    """Return where a list of people ends that begins with the first: `học sinh và phụ huynh`."""
    end = spans[0][1]
    for start, stop, _ in spans[1:]:
        if len(said[end:start].split()) > _BETWEEN:
            break
        end = stop
    return end


_BETWEEN = 5
#: bodies, or those who help, where a heading holds nothing else
_BODIES_ALONE = ("doanh nghiep", "luc luong", "ho kinh doanh", "ho tieu thuong", "tac vien")


def _as_written(clause: str, wanted: str) -> str:
    """Return the words of a clause whose key is wanted, as they are written."""
    written = clause.split()
    for length in range(1, len(written) + 1):
        for start in range(len(written) - length + 1):
            text = " ".join(written[start : start + length]).strip(" ,.;:-–")
            if key_of(text) == wanted:
                return text[:1].upper() + text[1:].lower() if text.isupper() else text[:1].upper() + text[1:]
    return wanted
