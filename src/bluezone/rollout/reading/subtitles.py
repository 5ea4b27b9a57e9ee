# ruff: noqa: E501 - lists of words
"""Cut the day off a title's line, and say what a line that stands for itself below or above a title names. Pure.

`(Các trường hợp F2, đến 15h ngày 21/8/2020)` names people of whom no list knows; that it names a day too says nothing
of them.
"""

from __future__ import annotations

import re
import unicodedata

from bluezone.rollout.reading.vocabulary import has, key_of

_LEAD = (
    r"(?:(?:(?:các\s+)?số\s+liệu|so\s+lieu|tính|tinh|cập\s+nhật|cap\s+nhat|báo\s+cáo|bao\s+cao|chốt|chot|thời\s+điểm|thoi\s+diem|lũy\s+kế|luỹ\s+kế|luy\s+ke|từ|tu|kể|ke|"
    r"đến|den|hết|het|cuối|cuoi|lúc|luc|vào|vao|ngày|ngay|hôm|hom|sáng|sang|chiều|chieu|tối|toi|có|co)\b[\s:,]*)"
)
_HOUR = r"(?:(?:\d{1,2}\s*(?:giờ|gio|h|g|:)\s*(?:\d{2})?\s*(?:phút|phut|')?)[\s,]*)"
_DAY = (
    r"(?:\d{1,2}\s*[/.\-]\s*\d{1,2}(?:\s*[/.\-]\s*\d{2,4})?(?![\d%])|20\d\d-\d\d-\d\d|"
    r"\d{1,2}\s*(?:tháng|thang)\s*\d{1,2}(?:\s*(?:năm|nam|/)\s*20\d\d)?)"
)
_DAYS = re.compile(rf"(?<![\w/])(?:(?:{_LEAD}|{_HOUR})*{_DAY}[\s,]*)+", re.IGNORECASE)


def without_days(line: str) -> str:
    """Return a line without the days that it names and the words that lead to them: `Học sinh, đến 15h ngày 20/8`."""
    return _DAYS.sub(" ", unicodedata.normalize("NFC", line))


#: after which any words say of whom a table counts
_MARKS = re.compile(
    r"^(?:(?:ghi chu|luu i|chu thich)\b ?)?(?:(?:cac )?so lieu(?: (?:tren|nai|trong bang|trong bieu))?\b ?)?"
    r"(?P<mark>(?:nhom )?doi tuong(?: (?:la|gom|bao gom|cai dat|thong ke|duoc thong ke))?|"
    r"(?:(?:chi|tinh rieng)(?= (?:tinh|gom|bao|thong ke|cho|doi voi|trong|cua))|rieng)(?: (?:tinh|gom|bao gom|thong ke|bao cao|cho|doi voi|voi|trong|cua|ve|o))*)\b(?P<rest>.*)$"
)
_OF = re.compile(r"^(?:(?:cua|doi voi|gom|bao gom|danh cho|trong|ve) )+")
_EXCEPT = re.compile(r"^(?:chua|khong|tru|ngoai|ngoai tru|khong ke|chua ke)\b")
#: how people are called of whom a table may be, whatever word follows
_HEADS = re.compile(
    r"^(?:(?:cac|nhung|nhom|so|dien|doi tuong|toan bo) )*"
    r"(?:truong hop (?!bluezone)\w|nguoi \w|nhom nguoi \w|dien (?:chinh sach|ho ngheo|cach li|theo doi|giam sat|bao tro|f\d|quan li|tiep xuc))"
)
_BODIES = re.compile(r"(?:^|\bapp |\bbluezone )(?P<body>(?:khoi|nhom) (?:cac )*(?P<rest>\w.*))$")
#: which make a text a sentence, the name of a place, a thing or a period, and no name of people
_SAYS_MORE = (
    "chua", "khong", "da", "se", "duoc", "bi", "phai", "gui", "nop", "bao cao", "tong hop", "phu trach", "theo doi bao cao",
    "lap", "lap bieu", "ki", "nhan", "nhap", "chiu trach nhiem", "huong dan", "ho tro", "van dong", "tuyen truyen", "tuyen truyen",
    "kiem tra", "thuc hien", "trien khai", "lien he", "chu nhiem", "dai dien", "duyet", "duyet", "dau moi", "dau mooi", "cung cap",
    "dung dau", "phat ngon", "quyet dinh", "quyet dinh", "de nghi", "kinh gui", "cai", "tai", "bluezone", "ncovi", "su dung", "dung", "moi",
    "tham gia", "tham muu", "cap nhat", "khai bao", "giam sat vien", "soan", "danh may", "thong ke", "dien thoai", "dttm", "smartphone", "thue bao",
    "ra quan", "tinh nguyen", "xung kich", "truc",
)  # fmt: skip
_NO_PEOPLE = re.compile(
    r"\b(?:xa|phuong|huyen|tinh|quan(?! nhan)|thi tran|thi xa|thanh pho|tp|tx|ap|thon|khu vuc|khu pho|to dan pho|dia ban|dia phuong|don vi|"
    r"ngai|ngay|tuan|thang|nam 20\w*|qui|ki|dot|lan|gio|cot|dong \d+|muc \d+|bieu|bang|phu luc|so lieu|ti le|percent|dan so|ho|may|thiet bi|dien thoai|dttm|"
    r"thue bao|smartphone|tai khoan|sdt|so dien thoai|luot|app|ung dung|bluezone|ncovi|cai|cai dat|bluetooth|kich hoat|zalo|facebook|email|thi dua|cum|"
    r"co quan|tung|ubnd|uy ban|trung tam|so nganh|phong ban|ban nganh|chi tieu|ke hoach|ket qua|chien dich|cong van|van ban)\b|^[ivxabc\d ]+$"
)
#: where people stay or meet, which a title may name for them
_AT = re.compile(
    r"\b(?:tai|trong|cua|thuoc)(?= (?:cac |nhung |khu |he thong |khoi )?(?:cac )?(?:tram (?:y te|i te)|to chuc ton giao|chot(?: kiem soat| kiem dich)?|"
    r"trung tam (?:y te|i te)|don vi su nghiep|hop tac xa|htx|chi bo|chi doan|bep an|truong mam non|truong hoc|nha truong|co so giao duc|khu cong nghiep|cum cong nghiep|kcn|ccn|quan doi|dang bo|"
    r"co quan(?: nha nuoc| hanh chinh| don vi)|co so luu tru|khach san|nha hang|benh vien|co so (?:y te|i te)|ben xe|sieu thi|chung cu|nha tro|buu dien|buu cuc|diem (?:truong|cach li|ban hang))\b|"
    r" (?:cac |nhung |khu |he thong )(?:cac )?(?:nha tro|khu tro|phong tro|cho|sieu thi|truong hoc|truong|khach san|nha nghi|"
    r"nha hang|co so (?:luu tru|kinh doanh|ton giao|tho tu|i te|giao duc|cach li|bao tro)|benh vien|ben xe|cach li|cong nghiep|chufa|nha tho|"
    r"cong ti|xi nghiep|nha may|quan an|diem du lich|cong truong|truong dai hoc)\b)(?P<where>.*)$"
)
_MOST_WORDS = 12


_WHERE = re.compile(
    r" (?:tren dia ban|(?:(?:tai|o|cua|thuoc|trong|tren|toan|cac|dia ban) )*(?:xa|phuong|thi tran|huyen|tinh|thanh pho|thi xa|(?<!co )(?<!dan )(?<!hai )(?<!bao )(?<!ra )quan(?! nhan)|tp|tx|ap|thon|khu pho)\b).*$"
)


def without_where(key: str) -> str:
    """Return the words before those that name the places people live in: `Giáo dân` `trên địa bàn huyện`."""
    lead = len(_LEADING.match(key)[0])  # type: ignore[index]
    return key[:lead] + _WHERE.sub("", key[lead:])


#: `tính` (counted) is no `tỉnh` (province)
_LEADING = re.compile(r"(?:(?:chi|rieng|tinh|gom|bao gom|thong ke|so lieu|tren) )*")


def is_mark(clause: str) -> bool:
    """Return whether a clause says that people are named next: `Đối tượng:`."""
    found = _MARKS.match(key_of(clause))
    return bool(found) and not (found and found["rest"].strip())


#: who printed, exported or entered a form, as programs write it above their tables: `Người xuất: tvh_sotttt`; those who
#: left the country or came to it (`xuất cảnh`, `nhập cảnh`) are people who may be counted
EXPORTED_BY = (
    r"nguoi (?:(?:ket |trich )?xuat(?! (?:canh|khau|ngu|vien|gia|phat|ngoai))|in|tao|dang nhap|nhap(?! (?:canh|khau|ngu|vien|cu|hoc|tich|cuoc)))"
    r"(?: (?:bao cao|bieu|bieu mau|du lieu|so lieu|file|tep|phieu))?"
)
_NOT_OF_WHOM = re.compile(
    rf"^{EXPORTED_BY}$|"
    r"^(?:nguon(?: so lieu| tin)?|doi tuong (?:bao cao|ap dung|thuc hien|nhan|phoi hop)|(?:can bo |nguoi )?(?:dau moi|dau mooi|lien he|phu trach|truc)|ca truc|"
    r"lanh dao|nguoi (?:lap|gui|nhan|nop|ki|bao cao|thuc hien|tong hop)(?: \w+)?|don vi (?:bao cao|lap|gui|nhan|tong hop)|noi (?:gui|nhan))$"
)


def is_of_sender(clause: str) -> bool:
    """Return whether a clause says that those are named next who report or receive: `Nguồn:`."""
    return bool(_NOT_OF_WHOM.match(key_of(clause)))


def is_remark(clause: str) -> bool:
    """Return whether a clause tells of some apart: `Riêng công an huyện báo cáo sau`."""
    key = key_of(clause)
    return key.startswith("rieng ") and has(key, *_SAYS_MORE)


def named_by(clause: str, *, marked: bool = False) -> tuple[str, bool] | None:
    """Return the people that a clause names which stands for itself, as a key, and whether that is sure; None where it
    names none. `marked`: `Đối tượng:` stands before it."""
    key = key_of(clause)
    if _EXCEPT.match(key) or is_of_sender(clause):
        return None
    found = _MARKS.match(key)
    sure = marked
    if found:
        key, sure = found["rest"].strip(), found["mark"].startswith(("doi tuong", "nhom doi tuong"))
    if is_remark(clause):
        return None
    key = without_where(_OF.sub("", key))
    if not key:
        return None
    if len(key.split()) <= _MOST_WORDS and _HEADS.match(key) and not has(key, *_SAYS_MORE):
        return key, True
    body = _BODIES.search(key)
    if (
        body
        and len(body["rest"].split()) <= _MOST_WORDS
        and not has(body["body"], *_SAYS_MORE)
        and not _NO_PEOPLE.search(body["rest"])
    ):
        return body["body"], False
    if (found or marked) and len(key.split()) <= _MOST_WORDS and not _NO_PEOPLE.search(key) and not _EXCEPT.match(key):
        return key, sure and not has(key, *_SAYS_MORE)
    return None


def may_qualify(words: str) -> bool:
    """Return whether words behind one for people may say which of them: `Lao động` `tự do`."""
    return (
        len(words.split()) <= _MOST_QUALIFYING and not has(words, *_SAYS_MORE) and not _NO_PEOPLE.search(words.strip())
    )


_MOST_QUALIFYING = 5


def place_of(said: str) -> str:
    """Return the places of people at which a title says that it counts, as a key: `tại các nhà trọ, khu trọ`."""
    found = _AT.search(said)
    return found[0] if found else ""


_NOTE = re.compile(
    r"^\W*(?:(?:ghi chú|ghi chu|lưu ý|luu y|chú thích|chu thich)\s*[:.\-–]*\s*)?"
    r"(?:(?:(?:các\s+)?số\s+liệu|so\s+lieu|bảng|biểu)\s*(?:(?:trên|này|tren|nay|trong\s+(?:bảng|biểu))(?:\s+đây)?)?\s*(?=chỉ|chi|riêng|tính|là))?",
    re.IGNORECASE,
)


_NOTE_SAYS = re.compile(
    r"^\W*(?:(?:ghi chú|ghi chu|lưu ý|luu y|chú thích|chu thich)\s*[:.\-–]*\s*)?(?:các\s+)?(?:số\s+liệu|so\s+lieu|bảng|biểu)\s+(?:trên|này|tren|nay)(?:\s+đây)?\s+"
    r"(?:là|la|gồm|gom|thuộc|thuoc)\s+(?:(?:số\s+liệu|so\s+lieu)\s+)?(?:của|cua)?",
    re.IGNORECASE,
)


def note_of_whom(line: str) -> str:
    """Return what a note below a table says it counts only, as it is written; empty for any other note."""
    text = _NOTE.sub("", line.strip())
    if said := _NOTE_SAYS.match(line.strip()):
        return line.strip()[said.end() :].strip(" :")
    found = _MARKS.match(key_of(text))
    about_all = found and found["mark"].startswith(("chi ", "doi tuong", "tinh rieng"))
    return text if about_all and not _EXCEPT.match(key_of(text)) else ""
