# ruff: noqa: E501 - lists of words
"""Know the words of headers: what a column holds, from the texts above it, without looking at its values.

A header is compared as a plain key: without diacritics, `%` as a word, one spelling of y and i. The leaf, the lowest
text above a column, speaks first; the texts above it say of whom and of what.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.geography.names import plain_key

#: Vietnamese writes a syllable's only vowel as y or as i, to taste: `tỷ lệ` and `tỉ lệ`, `kỳ` and `kì`.
_Y_FOR_I = re.compile(r"\b([bcdghklmnpqrstvx]+)y\b")
#: words that differ from `mới` (new) by their signs alone, as they are compared where a text has signs: `đầu mối` is
#: no gain, `được mời` and `mỗi ngày` neither
_NOT_NEW = {"mối": "mooi", "mỗi": "mooi", "mời": "mowi", "môi": "mooi", "mọi": "mooi"}
_LIKE_NEW = re.compile(r"\bm[ốỗờôọ]i\b")
_NUMBERING = re.compile(r"\(?\s*\d{1,2}\s*\)?\s*=\s*[\d\s()/+*x×:.%-]+|^\(\s*\d{1,2}\s*\)$|\(\s*\d{1,2}\s*\)\s*$")

ORDER = "order"
UNIT, PROVINCE, DISTRICT, COMMUNE, HAMLET = "unit", "province", "district", "commune", "hamlet"
UNIT_KINDS = (UNIT, HAMLET, COMMUNE, DISTRICT, PROVINCE)
CODE, DATE, NOTE, SOURCE, CONTACT, INDICATOR = "code", "date", "note", "source", "contact", "indicator"
SECTOR, HEAD, FAMILIES, MEASURE, PLACE = "sector", "head", "families", "measure", "place"
INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI = "installs", "with_phone", "active", "increase", "ncovi"
POPULATION, SMARTPHONES, HEADCOUNT, HOUSEHOLDS = "population", "smartphones", "headcount", "households"
TARGET, MISSING, ASKED, ASKED_NCOVI, RANK = "target", "missing", "asked", "asked_ncovi", "rank"
REFUSED = "refused"
#: of people who were asked: those who had the app before, and those it was installed for
HAD, HELPED = "had", "helped"
PERCENT, PERCENT_POPULATION, PERCENT_SMARTPHONES = "percent", "percent_population", "percent_smartphones"
PERCENT_TARGET, PERCENT_HEADCOUNT, PERCENT_INCREASE = "percent_target", "percent_headcount", "percent_increase"
OWNERSHIP, PERCENT_OTHER = "percent_ownership", "percent_other"
#: `total` is of whatever stands around it: `Tổng số` beside `Đã cài`
TOTAL, UNKNOWN, UNITLESS = "total", "unknown", "unit_of_measure"
COUNTS = (INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI, POPULATION, SMARTPHONES, HEADCOUNT, HOUSEHOLDS, TARGET,
          MISSING, ASKED, ASKED_NCOVI, REFUSED, HAD, HELPED, TOTAL)  # fmt: skip
SHARES = (PERCENT, PERCENT_POPULATION, PERCENT_SMARTPHONES, PERCENT_TARGET, PERCENT_HEADCOUNT, PERCENT_INCREASE,
          OWNERSHIP, PERCENT_OTHER)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """Say what a header speaks of: `kind`, and `of` whom (pupils, parents, ...; nobody in particular where empty).

    `sure` is False where the words may mean something else. `doubt` is the kind that its words would mean if those
    which are not known did not matter: to be asked. `named`: it counts households or things: left out by its name.
    """

    kind: str
    of: str = ""
    sure: bool = True
    doubt: str = ""
    named: bool = False


@functools.lru_cache(maxsize=20_000)
def key_of(text: str) -> str:
    """Return a header as it is compared."""
    bare = _NUMBERING.sub(" ", unicodedata.normalize("NFC", text))
    bare = _LIKE_NEW.sub(lambda found: _NOT_NEW[found[0]], bare.lower())
    return _Y_FOR_I.sub(r"\1i", plain_key(bare.replace("%", " percent ").replace("/", " slash ")))


def _has(key: str, *words: str) -> bool:
    padded = f" {key} "
    return any(f" {word} " in padded for word in words)


_EXACT: dict[str, str] = {}
for _kind, _words in {
    ORDER: "stt,tt,so tt,so thu tu,thu tu,no,#,st",
    PROVINCE: "province,tinh,tinh thanh pho,tinh thanh,tinh tp,province citi,ten tinh,tinh slash thanh pho,"
    "tinh slash tp,tinh slash thanh,tinh thanh pho truc thuoc trung uong",
    DISTRICT: "district,huyen,quan huyen,huyen thi xa thanh pho,huyen thi xa,huyen quan,ten huyen,quan slash huyen,"
    "huyen slash quan,huyen thi,huyen tx tp,huyen slash tx slash tp,huyen slash thi xa slash thanh pho,huyen thanh pho,"
    "huyen thanh thi,quan huyen thi xa,ten quan huyen,quan slash huyen slash thi xa,huyen slash thanh pho",
    COMMUNE: "commune,ward,xa,phuong,xa phuong,phuong xa,xa phuong thi tran,xa thi tran,ten xa,xa slash phuong,"
    "xa slash phuong slash thi tran,phuong slash xa,xa slash thi tran,xa phuong tt,ten xa phuong,xa tt,xa slash tt,"
    "ten xa phuong thi tran,phuong xa thi tran,phuong slash xa slash thi tran",
    HAMLET: "hamlet,ap,thon,khu vuc,to dan pho,khu pho,ap khu vuc,thon ban,ban,to,ap slash khu vuc,ten ap,ten thon,"
    "thon slash to dan pho,thon to dan pho,khom,khom ap,ap slash khom,khu dan cu,ten ap khu vuc",
    UNIT: "unit,name,area,don vi,dia phuong,ten,ten don vi,dia ban,don vi dia phuong,ten dia phuong,co quan,"
    "co quan don vi,ten co quan,ten co quan don vi,don vi bao cao,don vi thuc hien,noi dung don vi,lop,ten lop,truong,"
    "ten truong,truong hoc,ten cong ti,cong ti,doanh nghiep,ten doanh nghiep,co so,ten co so,khach san,ten khach san,"
    "don vi hanh chinh,ten don vi hanh chinh,don vi slash dia phuong,co quan slash don vi,phong ban,bo phan,chi doan,"
    "khoi,khoi lop,ten truong hoc,cong ti doanh nghiep,ten cong ti doanh nghiep,nha hang,nha hang khach san,"
    "ten nha hang khach san,co so luu tru,ten co so luu tru,ten khach san nha hang,to chuc,ten cho,cho,ben xe,"
    "co so kinh doanh,ten co so kinh doanh,ten don vi dia phuong,doan the,hoi doan the,phong ban don vi,don vi truong,"
    "ten don vi truong hoc,ten don vi co quan,co so kinh doanh dich vu,ten cong ti slash doanh nghiep,lop hoc,"
    "huyen thi xa thanh pho xa phuong thi tran,don vi xa phuong thi tran,don vi truc thuoc,khu pho ap",
    CODE: "code,ma,ma don vi,gso,ma so,ma dvhc,ma xa,ma huyen,ma tinh,ma gso,ma hanh chinh,ma dia phuong,ma tk,"
    "ma don vi hanh chinh,ma dv,unit code",
    DATE: "date,ngai,as of,thoi diem,ngai bao cao,ngai thang,ngai thang nam,ngai so lieu,thoi gian,ngai cap nhat,"
    "ngay,ngay bao cao,ngay thang,ngay thang nam,ngay so lieu,ngay cap nhat,den ngay,tinh den ngay,tinh den",
    NOTE: "note,notes,ghi chu,nhan xet,danh gia,y kien,ghi chu khac,kho khan vuong mac,kien nghi,ly do,nguyen nhan",
    SOURCE: "source,source url,url,nguon,duong dan,nguon so lieu",
    CONTACT: "so dien thoai,dien thoai,sdt,dien thoai lien he,so dt,dt,so dien thoai lien he,email,dau moi,dau mooi,"
    "nguoi phu trach,can bo phu trach,nguoi lien he,lien he,can bo dau moi,can bo dau mooi,hotline,sdt lien he,nguoi bao cao,"
    "giao vien chu nhiem,gvcn,chu nhiem,ho ten gvcn,ho va ten,ho ten,tai khoan zalo,chuc vu,nguoi dai dien,nguoi lap",
    HEAD: "head,headed by,nguoi dung dau,thu truong,hieu truong,giam doc,phu trach,truong ap,truong thon",
    SECTOR: "sector,linh vuc,nganh,loai,loai hinh,nhom,phan loai,nganh nghe,linh vuc hoat dong",
    FAMILIES: "families,with families,ke ca gia dinh,ca gia dinh,gia dinh",
    MEASURE: "measure,what,loai so lieu",
    PLACE: "place,within,noi dong,lies in,dia chi,parent,thuoc,don vi cap tren,thuoc tinh,thuoc huyen,thuoc xa,address,"
    "don vi quan li,truc thuoc",
    UNITLESS: "dvt,don vi tinh,dv tinh",
    INDICATOR: "noi dung,chi tieu bao cao,tieu chi,hang muc,noi dung bao cao,chi so,noi dung thuc hien,danh muc,"
    "noi dung cong viec",
    RANK: "rank,hang,xep hang,thu hang,vi tri,xep thu,hang toan quoc,xep loai,xep hang toan quoc,xep hang toan tinh,"
    "thu tu xep hang,xep vi thu,vi thu,hang ca nuoc,ranking,xep hang ca nuoc,hang trong tinh",
    TOTAL: "tong so,tong,tong cong,so luong,sl,so nguoi,so,total,count,number,ket qua,thuc hien,cong,so lieu,gia tri,"
    "ket qua thuc hien,tong so nguoi,so tuyet doi,da thuc hien,kq,kq thuc hien,tong so luong,so luong nguoi,so ng",
    POPULATION: "population,dan so,nhan khau,tong dan so,so dan,dan so nguoi,so nhan khau,tong so dan,dan so 2019,"
    "tong so nhan khau,dan so trung binh,tong nhan khau,people",
    SMARTPHONES: "smartphones,smartphone,dttm,so dttm,dien thoai thong minh,so dien thoai thong minh,so smartphone",
    HEADCOUNT: "headcount,quan so,si so,tong si so",
    INSTALLS: "so luot,installs,installations,downloads,devices,accounts,bluezoner,total downloads,da cai,da cai dat,so cai dat,"
    "so da cai,so da cai dat,bluezone",
    WITH_PHONE: "with phone,with phone number,with_phone",
    ACTIVE: "active,active devices,in use",
    PERCENT_POPULATION: "pct population,percent population,percent_population,share,of population,pct,tren dan so",
    PERCENT_SMARTPHONES: "pct smartphones,percent smartphones,percent_smartphones,of smartphones,tren smartphone",
    NCOVI: "ncovi",
    PERCENT: "ti le,percent,ti le percent,dat percent,dat ti le,ti le dat,ti trong,tile,t le",
}.items():
    for _word in _words.split(","):
        _EXACT.setdefault(_word, _kind)

_SMART = ("dttm", "dien thoai thong minh", "smartphone", "smartphones", "dt thong minh", "smart phone", "dien thoai tm",
          "dtdd thong minh", "thue bao", "dt tm", "thong minh", "3g", "4g", "3g4g")  # fmt: skip
#: which make subscribers those of smartphones
_SMARTER = tuple(word for word in _SMART if word != "thue bao")
_POPULATION = ("dan so", "nhan khau", "so dan", "tong dan", "nguoi dan", "population", "dan cu")
_TARGETS = ("chi tieu", "ke hoach", "muc tieu", "duoc giao", "kh giao", "chi tieu giao", "kh", "hoan thanh",
            "phan dau", "ct giao", "target")  # fmt: skip
_INSTALL = ("cai", "cai dat", "bluezone", "bluezoner", "tai ve", "luot tai", "tai ung dung", "luot cai", "tai app", "tai khoan", "install", "installs",
            "so may", "ung dung", "app", "bluezon", "blue zone", "installed", "downloads", "accounts")  # fmt: skip
_SHARE = ("ti le", "percent", "pct", "ti trong", "tile", "share", "tl")
_INCREASE = ("tang", "tang them", "phat sinh", "moi", "trong ngay", "trong ngai", "hom nay", "hom nai", "trong tuan",
             "them", "tang so voi", "tang trong", "ps", "giam", "trong ki", "trong thang", "24h", "24 gio", "gain",
             "cai moi", "bo sung", "them moi", "tai cho", "chenh lech", "increase", "new", "rieng ngay", "trong dot")  # fmt: skip
_CUMULATIVE = ("lui ke", "luy ke", "cong don", "tong so luot", "den nai", "den nay", "tong so da", "tong cong", "tong luot",
               "den ngai", "den ngay", "den het", "tinh den", "da cai", "hien co", "tong cai", "lk")  # fmt: skip
_MISSING = ("con thieu", "con lai", "chua cai", "chua cai dat", "chua thuc hien", "chua co", "chua dat",
            "can cai them", "con phai", "khong cai", "chua", "khong co")  # fmt: skip
_ACTIVE = ("dang hoat dong", "hoat dong", "con su dung", "dang su dung", "dang dung", "thuong xuyen", "thuc te su dung",
           "kich hoat", "co su dung", "active", "bat bluetooth", "dang bat")  # fmt: skip
_HAS_NUMBER = (
    "co so dien thoai",
    "so dien thoai",
    "co sdt",
    "khai bao sdt",
    "sdt",
    "xac thuc",
    "khai bao so dien thoai",
)
_ASKED = ("da hoi", "gioi thieu", "khuyen nghi", "tuyen truyen", "tu van", "van dong", "huong dan", "duoc hoi", "khuyen cao",
          "duoc moi", "duoc mowi", "mowi", "de nghi", "pho bien", "nhac", "duoc thong bao", "asked")  # fmt: skip
#: what is done to people who are asked: read so only where it is done to them, `được yêu cầu`, not by them
_URGED = (
    "yeu cau", "thuyet phuc", "khuyen", "khuyen khich", "don doc", "thong bao", "dong vien", "tiep can", "kiem tra",
    "giao nhiem vu", "nhac nho", "keu goi", "quan triet", "huy dong", "nhan tin", "gui tin nhan", "phat to roi",
    "gap go", "trao doi", "giai thich", "truyen thong", "goi dien", "phat dong", "de xuat", "chi dao", "van dong",
    "tuyen truyen", "nhac", "de nghi", "cung cap thong tin", "giai dap", "gui to roi", "thuc giuc", "co dong",
    "cung cap to roi", "phat thong tin", "doi thoai",
)  # fmt: skip
_PASSIVE = re.compile(
    rf"\b(?:da|duoc|bi)(?: duoc| da)?(?: \w+){{0,4}}? (?:{'|'.join(sorted(_URGED, key=len, reverse=True))})\b"
)
_REFUSED = ("tu choi", "khong dong y", "khong dong i", "refused", "declined")
#: over columns that hold what was added or lost between two days
_DIFFERENCE = ("tang slash giam", "tang giam", "chenh lech", "muc tang", "so tang", "tang them", "tang so voi")
#: times of which guests and other people are counted, not only what was added
_TIMES = ("trong ngay", "trong ngai", "hom nay", "hom nai", "trong tuan", "trong ki", "trong thang")
#: names in which a word for people is no word for people
_HOUSES = ("khach san", "nha khach", "uy ban nhan dan", "hoi dong nhan dan", "toa an nhan dan", "cong an nhan dan",
           "quan doi nhan dan", "khu cach li", "bo tri cach li", "ben xe khach")  # fmt: skip
#: everybody, where others are counted beside them
RESIDENTS = "residents"
_RESIDENTS = ("nguoi dan", "nhan dan", "ba con", "cu dan")
#: what is done to people, and who does it: `người dân được đoàn viên hướng dẫn`
_HELPS = (
    r"(?:huong dan|ho tro|giup|tuyen truyen|mowi|gioi thieu|tu van|khuyen nghi|khuyen cao|pho bien|tap huan|"
    + "|".join(sorted(_URGED, key=len, reverse=True))
    + ")"
)
_DOES = rf"(?:{_HELPS}|cai|tai)"
_ACTS = (
    "to", "doi", "nhom", "ban", "tinh nguyen", "cong nghe", "cong dong", "covid", "doan", "hoi", "phu nu", "nong dan",
    "cuu chien binh", "mat tran", "to quoc", "cong an", "dan quan", "y te", "i te", "xa", "phuong", "ap", "khu pho",
    "thon", "truong", "lop", "nha truong", "le tan", "bao ve", "don vi", "co quan", "nha mang", "viettel", "vnpt",
    "mobifone", "chinh quien", "luc luong", "chuc nang", "ubnd", "uy ban", "xung kich", "tu", "cua", "cac", "va", "nha",
    "chu", "khach san", "cong tac vien", "truc tiep", "tan noi", "tai", "zalo", "facebook", "nguoi", "khac", "ban be",
    "nguoi than", "con chau", "cho", "ban quan li", "cung", "so", "nganh", "huien", "quan", "tinh", "khu vuc", "do",
    "dien thoai", "tin nhan", "loa", "mang xa hoi", "dan", "phong", "trung tam", "nhan dan", "trung doi", "tieu doi",
    "ve sinh", "thuong truc", "truc", "hai quan", "bien phong", "bo doi", "hoc sinh", "sinh vien", "dang uy", "khoi",
)  # fmt: skip
_ACTOR = re.compile(rf"\b(duoc|do|nho|boi|qua)((?: (?!{_DOES}\b)\w+){{1,9}})(?= {_DOES}\b)")
_ACTIVE_HELP = re.compile(rf"(?P<before>.*?)\b{_HELPS}\b(?P<after>.*)")
#: those who had the app before they were asked
_HAD = re.compile(
    r"(?:(?:da|hien) )?(?:co|cai|cai dat|tai)(?: (?:san|roi))?(?: (?:tu )?truoc(?: (?:do|day|dai))?)?|san co|tu truoc"
)
_CAI_GIUP = re.compile(r"\b(?:cai|cai dat|tai) (?:giup|ho)\b")
_BEFORE_ASKED = ("san", "tu truoc", "truoc do", "truoc day", "truoc dai")
_HELPED = re.compile(
    r"\b(?:huong dan|ho tro|giup)(?: (?!khong\b)\w+){0,8} (?:cai|tai)\b|\b(?:cai|cai dat|tai) (?:giup|ho)\b(?! gia| dan)"
)
#: what a person does or has done, where the number of people is not all of them
_ACTING = ("da", "duoc", "chua", "dong i", "dong y", "tham gia", "cam ket", "dang ki", "khong", "bi", "se", "can",
           "nghi", "vang", "yeu cau", "thac mac", "phan anh", "co nhu cau", "quan tam")  # fmt: skip
_BEING = re.compile(r"\b(?:dang|duoc|bi|phai) (?:cach li|dieu tri|luu tru|lam viec|cong tac|hoc|o|theo hoc|quan li)\b")
#: words around a word for people that leave it the number of all of them
_FILLING = frozenset(
    [
     "so", "luong", "nguoi", "tong", "cong", "cac", "va", "hien", "co", "cua", "trong", "toan", "quan", "si", "thuc",
     "te", "mat", "danh", "sach", "theo", "bien", "che", "dang", "lam", "viec", "hoc", "tai", "ca", "cap", "don",
     "vi", "truong", "lop", "khoi", "nganh", "co", "so", "luot", "ngai", "ngay", "dau", "nam", "tinh", "huien", "xa",
     "phuong", "hang", "slash", "la", "thi",
    ]
)  # fmt: skip
_PHONES = ("so dien thoai", "dien thoai", "so dt", "dt", "sdt", "so sdt", "dtdd", "so dtdd", "so di dong", "di dong",
           "so may le", "so may ban", "so may lien he", "so may nhanh", "dt lien he")  # fmt: skip
_PERSONS = ("dau moi", "dau mooi", "lien he", "phu trach", "hotline", "email", "e mail", "zalo", "cmnd", "cccd",
            "can cuoc", "tai khoan ngan hang", "nguoi bao", "nguoi bao cao", "nguoi lap", "nguoi nhap", "dai dien",
            "giao vien chu nhiem", "gvcn", "ho va ten", "ho ten", "duong day nong", "chung minh", "ma so thue", "mst",
            "nguoi theo doi", "nguoi tong hop")  # fmt: skip
#: of whom a column speaks
_GROUPS: dict[str, tuple[str, ...]] = {
    "parents": ("phu huinh", "phu huynh", "phhs", "cha me", "ph", "cmhs", "parents"),
    "pupils": ("hoc sinh", "hs", "sv", "sinh vien", "hssv", "hoc vien", "si so", "hs sv", "hoc sinh sinh vien", "pupils",
               "students"),
    "patients": ("benh nhan", "nguoi benh", "nguoi nha", "nguoi nuoi benh", "patients"),
    "quarantined": ("cach li", "quarantined"),
    "drivers": ("lai xe", "tai xe", "phu xe", "lai phu xe", "drivers"),
    "traders": ("tieu thuong", "ho kinh doanh", "nguoi ban hang", "chu sap", "chu quay", "thuong nhan", "traders"),
    "members": ("dvtn", "dvtncs", "doan vien", "hoi vien", "dang vien", "thanh nien", "members"),
    "families": ("nguoi than", "gia dinh", "thanh vien", "than nhan", "families"),
    "guests": ("khach", "khach hang", "luot khach", "khach luu tru", "du khach", "hanh khach", "guests", "visitors"),
    "staff": ("cbccvc", "cbcc", "can bo", "cong chuc", "vien chuc", "nhan vien", "lao dong", "cong nhan", "giao vien", "giang vien", "ld", "nvit", "nvyt", "cbnvyt", "nhan vien y te",
              "cbcnv", "cb gv nv", "gv", "giang vien", "ld", "nld", "nguoi lao dong", "cbgvnv", "cnv", "nv", "cong nhan vien", "cb", "cbnv",
              "cb gv", "chien si", "cbcs", "ccvc", "staff", "employees", "workers", "cbvc", "cnld", "cb ccvc",
              "cb cc vc", "cb cnv", "cbgv", "hdnv", "quan nhan", "bo doi"),
}  # fmt: skip
#: of the day or period before, which another form has given already
_BEFORE = (
    "ki truoc",
    "ngay truoc",
    "ngai truoc",
    "hom truoc",
    "tuan truoc",
    "lan truoc",
    "thang truoc",
    "dot truoc",
    "hom qua",
    "ngay hom qua",
    "cung ki",
)
#: what is counted is no people
_NO_PEOPLE = (
    "so buoi", "so tin", "so bai", "so to roi", "so to ", "so diem", "so lan", "so cuoc", "so dot", "so pano",
    "so bang ron", "so co so", "so truong", "so lop", "so doi", "so chi", "so ho cai", "so ho da cai", "so ho co",
    "so xa", "so huyen", "so ap", "so thon", "so don vi", "so doanh nghiep", "so khach san", "so nha hang",
    "ho da cai", "ho co ", "so ho dan da", "so ho gia dinh da", "so ho gia dinh co", "so to tuyen", "so loa",
    "so luot phat", "so ap phich", "so nhom",
)  # fmt: skip
_HOUSEHOLDS = ("so ho", "ho dan", "ho gia dinh", "tong so ho", "households")


def guess(path: Sequence[str]) -> Guess:
    """Return what the column below these texts holds; the last text stands nearest to the values."""
    keys = tuple(_without_actor(key) for text in path if (key := key_of(text)))
    return _guess(keys)


_PLAIN = {ORDER, *UNIT_KINDS, CODE, NOTE, SOURCE, RANK, HEAD, UNITLESS, INDICATOR, SECTOR, FAMILIES, MEASURE, PLACE}


@functools.lru_cache(maxsize=20_000)
def _guess(keys: tuple[str, ...]) -> Guess:
    if not keys:
        return Guess(UNKNOWN, sure=False)
    leaf, whole = keys[-1], " ".join(keys)
    exact = _EXACT.get(leaf) or _EXACT.get(_without_app(leaf))
    if (
        (_has(whole, *_BEFORE) and not _has(leaf, "tang", "so voi", "tang them"))
        or _counts_no_people(leaf)
        or _has(whole, "go cai", "go bo", "dang ki cai", "cam ket")
    ):
        return Guess(UNKNOWN)
    if leaf.startswith(("chi tieu", "muc tieu", "ke hoach", "kh giao")) and exact != INDICATOR and "ti le" not in leaf:
        return Guess(TARGET)
    if exact in _PLAIN or (exact in {DATE, CONTACT} and len(keys) == 1):
        return Guess(exact or UNKNOWN)
    if _is_contact(leaf, whole):
        return Guess(CONTACT)
    if not _has(leaf, *_SHARE) and (households := _of_households(leaf, keys)):
        return households
    of = _group(keys)
    if _is_share(keys, exact):
        return _share(leaf, whole, of)
    if _is_part(keys):
        return Guess(UNKNOWN)
    found = _plainly(leaf, exact, of, keys) or _count(leaf, whole, of, exact, keys)
    if found.kind in {INSTALLS, ASKED, HELPED, HAD, REFUSED, INCREASE}:
        return Guess(found.kind, _whom(keys, found.of), found.sure)
    return found


#: a header that counts households, with what is said of them
_OF_HOUSEHOLDS = re.compile(
    r"(?:tong )?(?:so )?(?:luong )?(?:luot )?ho(?: dan| gia dinh)?\b(?! (?:ten|va ten|so|tro|hang|kinh doanh|tieu thuong))(?P<rest>.*)|(?:tong )?(?:so )?hgd\b(?P<more>.*)"
)
#: what leaves the number of households that of all of them
_ALL_HOUSEHOLDS = frozenset(
    [
     "dan", "gia", "dinh", "khau", "so", "luong", "toan", "xa", "ap", "thon", "phuong", "huien", "tinh", "cua",
     "trong", "tren", "dia", "ban", "hien", "co", "nai", "nay", "thuong", "tru", "tong", "cong", "tai", "khu", "vuc",
     "pho", "to", "va", "theo", "danh", "sach", "quan", "li", "thuc", "te", "bo", "thi", "tran", "dang", "sinh",
     "song", "cac",
    ]
)  # fmt: skip
#: things that have the app or do not, counted in place of people
_OF_THINGS = re.compile(
    r"(?:tong )?so (?:co so|cua hang|quai|quay|sap|phong|xe|tau|diem|don vi|phuong tien|chuien|chuyen|nha|khu|"
    r"chot|loa|van ban|to|doi|toa nha|can ho|quan an|tru so)\b(?P<rest>.*)"
)
_DOING = ("da", "co", "duoc", "chua", "cai", "cai dat", "bluezone", "tham gia", "dat", "bao cao", "trien khai")


def _counts_no_people(leaf: str) -> bool:
    return any(f"{leaf} ".startswith(f"{word.strip()} ") for word in _NO_PEOPLE) and not leaf.startswith(
        _PEOPLE_AFTER_ALL
    )


#: `tín đồ`, `đối tượng`, `chị em` begin as `tin`, `đội`, `chi` do
_PEOPLE_AFTER_ALL = ("so tin do", "so tin huu", "so doi tuong", "so chi em")


def _is_of_households(key: str) -> bool:
    return bool(_OF_HOUSEHOLDS.fullmatch(key))


def _are_all_households(key: str) -> bool:
    found = _OF_HOUSEHOLDS.fullmatch(key)
    return found is not None and all(
        word in _ALL_HOUSEHOLDS or word.isdigit() for word in f"{found['rest'] or ''} {found['more'] or ''}".split()
    )


def _of_households(leaf: str, keys: Sequence[str]) -> Guess | None:
    """Return what a column of households or things holds: how many households there are, or what is no figure:
    households that were visited or have somebody who installed. None for a column of people."""
    if _is_of_households(leaf):
        return Guess(HOUSEHOLDS) if _are_all_households(leaf) else Guess(UNKNOWN, named=True)
    things = _OF_THINGS.fullmatch(leaf)
    if (
        things
        and not leaf.startswith(_PEOPLE_AFTER_ALL)
        and _has(things["rest"].strip(), *_DOING)
        and not _has(leaf, "nguoi", "nhan vien")
    ):
        return Guess(UNKNOWN, named=True)
    above = next((key for key in reversed(keys[:-1]) if key_says_what(key)), "")
    if (
        above
        and _are_all_households(above)
        and not _group([leaf])
        and not _has(leaf, *_RESIDENTS, "nguoi", "nhan khau")
    ):
        bare = _EXACT.get(leaf) == TOTAL or leaf in {"hien co", "toan bo", "ca ap", "ca xa"}
        return Guess(HOUSEHOLDS) if bare else Guess(UNKNOWN, named=True)
    return None


def key_says_what(key: str) -> bool:
    """Return whether a key is more than a word for a number or a day."""
    return _EXACT.get(key) != TOTAL and not all(word.isdigit() for word in key.split())


def _is_contact(leaf: str, whole: str) -> bool:
    """Return whether a column names a person or how to reach one: `Số ĐT cán bộ phụ trách`, `Đầu mối`."""
    counted = _has(leaf, *_INSTALL, *_ASKED, *_MISSING, *_ACTIVE, *_HOUSEHOLDS, "thong minh", "da", "co",
                   "tong so", "so nguoi", "so luot", "so luong", "khai bao", "xac thuc", "dang ki", *_SHARE)  # fmt: skip
    if counted:
        return False
    phone = leaf in _PHONES or any(leaf.startswith(f"{word} ") for word in _PHONES)
    return _has(leaf, *_PERSONS) or (phone and leaf not in _EXACT and not _has(whole, *_INSTALL))


def _is_part(keys: Sequence[str]) -> bool:
    """Return whether a column gives a part of another, of whom is all it says: `Trong đó: cán bộ`, `Người dân`."""
    leaf = keys[-1]
    if any(key.startswith("trong do") for key in keys) and _has(leaf, "tu cai", "tu cai dat"):
        return True
    says_what = _has(
        leaf, *_INSTALL, *_SMART, *_MISSING, *_ACTIVE, *_INCREASE, "lui ke", "luy ke", "tong so", "so luong"
    )
    if says_what or _has(leaf, "dan so", "nhan khau", "tong dan"):
        return False
    if any(key.startswith("trong do") for key in keys):
        return True
    bare = leaf.removeprefix("so ")
    return bare in {"nguoi dan", "dan cu", "nhan dan", "nam", "nu", "khac", "nguoi dan khac"}


def _plainly(leaf: str, exact: str | None, of: str, keys: Sequence[str]) -> Guess | None:
    """Return what a header says by itself, None where the texts above it are needed."""
    if not exact and _looks_like_unit(leaf):
        return Guess(UNIT, sure=False)
    if not exact and _has(leaf, "ghi chu", "nguyen nhan", "ly do", "li do", "kho khan"):
        return Guess(NOTE)
    if not exact and _has(leaf, "xep hang", "thu hang", "xep thu", "xep vi thu", "rank", "hang thu"):
        return Guess(RANK)
    if exact in {POPULATION, SMARTPHONES, HEADCOUNT, WITH_PHONE, ACTIVE} and len(keys) == 1:
        return Guess(exact or UNKNOWN, of if exact == HEADCOUNT else "")
    return None


def _without_app(key: str) -> str:
    return " ".join(key.replace("ung dung", " ").replace("bluezone", " ").split()) if key != "bluezone" else key


def _looks_like_unit(leaf: str) -> bool:
    if leaf.startswith(("ten ", "don vi ")) or leaf in {"don vi"}:
        return not _has(leaf, *_INSTALL, *_SHARE, "ung dung", "tinh")
    kinds = {"xa", "phuong", "tran", "huien", "huyen", "quan", "tinh", "thanh", "pho", "thi", "tx", "tp", "tt", "slash",
             "va", "cac", "don", "vi", "dia", "ban", "cap", "ten", "co", "thuoc", "truc", "trung", "uong"}  # fmt: skip
    words = set(leaf.split())
    return bool(words & {"xa", "phuong", "huyen", "huien", "quan", "tinh"}) and words <= kinds


def _group(keys: Sequence[str]) -> str:
    for key in reversed(keys):
        padded = f" {key} "
        for house in _HOUSES:
            padded = padded.replace(f" {house} ", " ")
        padded = f" {_those_counted(padded.strip())} "
        for group, words in _GROUPS.items():
            if _has(padded.strip(), *words):
                return group
    return ""


_ACTS_WORDS = frozenset(
    word for words in (_ACTS, _RESIDENTS, *_GROUPS.values()) for phrase in words for word in phrase.split()
)


def _without_actor(key: str) -> str:
    """Return a header without those who act, where these are people that are known: what is done by others is not
    left out unseen."""

    def known(found: re.Match[str]) -> str:
        acting = all(word in _ACTS_WORDS or word.isdigit() for word in found[2].split())
        return found[1] if acting else found[0]

    return _ACTOR.sub(known, key)


def _those_counted(key: str) -> str:
    """Return a header without those who act on the people it counts: `số người dân được đoàn viên hướng dẫn` counts
    people, `đoàn viên hướng dẫn người dân` too."""
    key = _without_actor(key)
    found = _ACTIVE_HELP.fullmatch(key)
    if found and not _has(found["before"].strip(), "duoc", "do", "nho", "boi", "qua"):
        after = found["after"]
        if _has(after, *_RESIDENTS) or any(_has(after, *words) for words in _GROUPS.values()):
            return after.strip()
        if _has(found["before"], "so nguoi", "so luot", "luot nguoi"):
            return re.sub(r"(so nguoi|so luot|luot nguoi).*", r"\1", found["before"])
    return key


def _whom(keys: Sequence[str], of: str) -> str:
    """Return of whom a column counts, residents among them: these also where others are named beside them."""
    if of and not _has(_those_counted(keys[-1]), *_RESIDENTS):
        return of
    return RESIDENTS if any(_has(_those_counted(key), *_RESIDENTS) for key in keys) else ""


def _is_share(keys: Sequence[str], exact: str | None) -> bool:
    if exact in SHARES:
        return True
    leaf = keys[-1]
    if _has(leaf, *_SHARE):
        return True
    if exact is not None or _has(leaf, "so luong", "so nguoi", "so luot", "tong so", "so may", "lui ke", "luy ke"):
        return False
    above = any(_has(key, *_SHARE) for key in keys[:-1])
    return (above and not _has(leaf, *_INCREASE)) or (_has(leaf, "so voi", "tren") and above)


def _share(leaf: str, whole: str, of: str) -> Guess:
    if _has(whole, "ncovi") and not _has(whole, "bluezone"):
        return Guess(PERCENT_OTHER)
    if _has(leaf, "tang", "giam", "tang them", "chenh lech") or _has(whole, *_DIFFERENCE):
        return Guess(PERCENT_INCREASE)
    for text in (leaf, whole):
        found = _denominators(text)
        if len(found) == 1:
            return Guess(found[0], of if found[0] == PERCENT_HEADCOUNT else "")
        if len(found) > 1:
            last = _after_mark(text)
            if last:
                narrowed = [kind for kind in _denominators(last) if kind in found]
                if len(narrowed) == 1:
                    sure = _has(text, *_INSTALL)
                    if narrowed[0] == PERCENT_POPULATION and PERCENT_SMARTPHONES in found and not sure:
                        return Guess(OWNERSHIP)
                    return Guess(narrowed[0], of if narrowed[0] == PERCENT_HEADCOUNT else "", sure=False)
            return Guess(PERCENT, of, sure=False)
    if of:
        return Guess(PERCENT_HEADCOUNT, of, sure=False)
    return Guess(PERCENT, sure=False)


def _after_mark(text: str) -> str:
    parts = re.split(r" slash | so voi | tren (?:tong )?| cua | of ", f" {text} ")
    return parts[-1] if len(parts) > 1 else ""


def _denominators(text: str) -> list[str]:
    found = []
    if _has(text, *_SMART) or _has(text, "slash dien thoai", "slash dt", "tren dien thoai", "so voi dien thoai"):
        found.append(PERCENT_SMARTPHONES)
    if _has(text, *_POPULATION) or _has(text, "slash dan", "slash ds", "so voi dan"):
        found.append(PERCENT_POPULATION)
    if _has(text, *_TARGETS):
        found.append(PERCENT_TARGET)
    if _has(text, "slash ho", "ho dan", "so ho", "ho gia dinh"):
        found.append(PERCENT_OTHER)
    if any(_has(text, *words) for words in _GROUPS.values()) or _has(text, "slash tong so", "tong so nguoi", "quan so"):
        found.append(PERCENT_HEADCOUNT)
    if _has(text, *_MISSING):
        return [PERCENT_OTHER]
    return found


def _count(leaf: str, whole: str, of: str, exact: str | None, keys: Sequence[str]) -> Guess:  # noqa: C901
    installs = _has(whole, *_INSTALL)
    about = leaf if exact is None else whole
    app_ncovi, app_bluezone = _has(whole, "ncovi"), _has(whole, "bluezone", "bluezon", "blue zone", "bluezoner")
    of_ncovi = (_has(leaf, "ncovi") and not _has(leaf, "bluezone")) or (app_ncovi and not app_bluezone)
    if _has(leaf, *_REFUSED):
        return Guess(UNKNOWN if of_ncovi else REFUSED, of)
    if _is_had(leaf) and not of_ncovi:
        return Guess(HAD, of)
    if _has(leaf, *_MISSING):
        return Guess(MISSING, of)
    urged = bool(_PASSIVE.search(leaf)) or _has(leaf, "giao nhiem vu")
    if (
        not urged and _has(leaf, "chi tieu", "muc tieu", "ke hoach", "duoc giao", "phan dau", "target", "chi tieu giao")
    ) or (exact == TOTAL and _has(whole, "chi tieu", "muc tieu", "ke hoach") and not installs):
        return Guess(TARGET)
    if re.search(r"\b(?:cai|cai dat|tai) (?:sau khi|sau)\b", leaf):
        return Guess(UNKNOWN if of_ncovi else INCREASE, of)
    if _helps_others(leaf):
        return Guess(UNKNOWN, sure=False)
    whom = of or _has(leaf, *_RESIDENTS)
    if _HELPED.search(leaf) and (whom or not _has(_CAI_GIUP.sub(" ", leaf), "thanh cong", "da cai", "va cai")):
        return Guess(UNKNOWN if of_ncovi else HELPED, of)
    if _has(about, *_ASKED) or urged:
        if _has(leaf, "thanh cong", "va cai", "va da cai"):
            return Guess(INSTALLS, of, sure=False)
        if re.search(r"\b(?:da|va) (?:cai|tai)\b", leaf):
            return Guess(UNKNOWN, of, sure=False, doubt=INSTALLS)
        return Guess(ASKED_NCOVI if _has(leaf, "ncovi") and not _has(leaf, "bluezone") else ASKED, of)
    if of_ncovi and _has(leaf, "moi", "tang", "them", "phat sinh"):
        return Guess(UNKNOWN)  # what NCOVI gained is no figure
    if of_ncovi:
        return Guess(NCOVI, of)
    if app_ncovi and app_bluezone and _has(leaf, "ncovi"):
        return Guess(UNKNOWN, sure=False)
    if installs and _has(whole, *_HAS_NUMBER) and not _has(leaf, "khong co"):
        return Guess(WITH_PHONE, of)
    smart = _has(about, *_SMART)
    subscribers = _has(leaf, "thue bao") and not _has(whole, *_SMARTER)
    installed = _has(leaf, "cai", "cai dat", "da cai", "bluezone", "tai ve", "luot tai", "ung dung")
    if subscribers and smart and not installed:
        return Guess(UNKNOWN, of, sure=False, doubt=SMARTPHONES)
    if smart and not installed:
        return Guess(SMARTPHONES, of)
    if any(key == "tang" or _has(key, *_DIFFERENCE) for key in keys[:-1]) and not _has(leaf, "luy ke", "lui ke"):
        return Guess(INCREASE, of)
    if not installs and _group([leaf]) and _has(leaf, *_TIMES) and not _has(leaf, "tang", "them", "moi"):
        return Guess(HEADCOUNT, of)
    if _has(leaf, *_INCREASE) and not _has(leaf, "luy ke", "lui ke", "den nay", "den nai", "tong so da"):
        sure = not _has(leaf, *_CUMULATIVE) and not (_has(leaf, "moi") and _has(leaf, "tong"))
        return Guess(INCREASE, of, sure=sure)
    if _has(leaf, *_ACTIVE) and (installs or not smart) and not (smart and not installed):
        return Guess(ACTIVE, of)
    if _has(leaf, *_POPULATION) and not installed:
        return Guess(POPULATION)
    if installed or _has(leaf, *_INSTALL):
        return Guess(INSTALLS, of)
    return _by_parents(leaf, of, exact, keys)


def _is_had(leaf: str) -> bool:
    """Return whether a column counts those who had the app already: `Đã có`, `Số khách đã cài sẵn`."""
    if re.search(r"\b(?:cai|cai dat|co|tai) truoc khi\b", leaf):
        return True
    bare = _without_people(_without_app(leaf))
    return bool(_HAD.fullmatch(bare)) and (
        bare in {"da co", "san co", "tu truoc"} or bare.endswith(" truoc") or _has(bare, *_BEFORE_ASKED)
    )


def _helps_others(leaf: str) -> bool:
    """Return whether a column counts those who help: `Số đoàn viên tham gia hướng dẫn`."""
    return bool(re.search(rf"\btham gia (?:\w+ ){{0,3}}?{_HELPS}\b", leaf))


def _without_people(key: str) -> str:
    """Return a header without its words for people and numbers."""
    padded = f" {key} "
    for words in (*_GROUPS.values(), _RESIDENTS):
        for word in sorted(words, key=len, reverse=True):
            padded = padded.replace(f" {word} ", " ")
    bare = re.sub(r"^(?:(?:tong )?so(?: luong| luot| nguoi)?|luot|nguoi|trong do)\b", " ", padded.strip())
    return re.sub(r"^\s*(?:nguoi|ng|luot)\b", " ", bare).strip()


def _are_all(leaf: str) -> bool:
    """Return whether a header under or with a word for people counts all of them: `Tổng số`, `Số lượng giáo viên`."""
    bare = _BEING.sub(" ", leaf)
    if _group([leaf]):
        return not _has(bare, *_ACTING)
    return all(word in _FILLING or word.isdigit() for word in bare.split())


def _by_parents(leaf: str, of: str, exact: str | None, keys: Sequence[str]) -> Guess:
    """Return what a leaf such as `Số lượng` or `Lũy kế` counts, from the texts above it."""
    above = " ".join(keys[:-1])
    if exact == INSTALLS or _has(above, *_INSTALL):
        if _has(above, *_INCREASE) and not _has(above, *_CUMULATIVE) and not _has(leaf, *_CUMULATIVE):
            return Guess(INCREASE, of)
        return Guess(INSTALLS, of)
    if _has(above, *_SMART):
        return Guess(SMARTPHONES, of)
    if _has(above, *_POPULATION):
        return Guess(POPULATION)
    if exact in {POPULATION, SMARTPHONES, HEADCOUNT, WITH_PHONE, ACTIVE}:
        return Guess(exact, of)
    if _group([leaf]) and _are_all(leaf):
        return Guess(HEADCOUNT, of)
    if _has(leaf, *_CUMULATIVE):
        return Guess(INSTALLS, of, sure=False)
    if of:
        return Guess(HEADCOUNT, of) if _are_all(leaf) else Guess(UNKNOWN, of, sure=False)
    if exact == TOTAL or _has(leaf, "tong so", "so luong", "so nguoi", "tong", "so may", "ket qua", "kq"):
        return Guess(TOTAL, of, sure=False)
    return Guess(UNKNOWN, of, sure=False)


#: words that leave the sense of a header as it is, besides those of the lists
_PLAIN_WORDS = [
    "so",
    "luot",
    "luong",
    "nguoi",
    "ng",
    "may",
    "thiet",
    "bi",
    "di",
    "dong",
    "dien",
    "thoai",
    "dt",
    "dtdd",
    "app",
    "ung",
    "dung",
    "phan",
    "mem",
    "bluezone",
    "blue",
    "zone",
    "ncovi",
    "tren",
    "dia",
    "ban",
    "toan",
    "huien",
    "tinh",
    "xa",
    "phuong",
    "thon",
    "ap",
    "khu",
    "pho",
    "vuc",
    "to",
    "thi",
    "tran",
    "thanh",
    "nuoc",
    "quoc",
    "gia",
    "dia",
    "phuong",
    "don",
    "vi",
    "co",
    "quan",
    "cua",
    "trong",
    "ngoai",
    "tai",
    "theo",
    "tu",
    "den",
    "het",
    "tinh",
    "luc",
    "luc",
    "vao",
    "ngai",
    "ngay",
    "thang",
    "nam",
    "tuan",
    "ki",
    "dot",
    "quy",
    "gio",
    "h",
    "g",
    "phut",
    "sang",
    "chieu",
    "toi",
    "hom",
    "qua",
    "nai",
    "nay",
    "truoc",
    "sau",
    "hien",
    "thoi",
    "diem",
    "bao",
    "cao",
    "so",
    "lieu",
    "thong",
    "ke",
    "tong",
    "hop",
    "ket",
    "kq",
    "cap",
    "nhat",
    "lui",
    "luy",
    "ke",
    "cong",
    "don",
    "tong",
    "da",
    "duoc",
    "dang",
    "chua",
    "khong",
    "co",
    "con",
    "them",
    "moi",
    "va",
    "hoac",
    "voi",
    "la",
    "thi",
    "cac",
    "nhung",
    "moi",
    "ca",
    "ke",
    "tat",
    "gom",
    "bao",
    "rieng",
    "chung",
    "khac",
    "do",
    "thuc",
    "te",
    "hien",
    "hanh",
    "thanh",
    "cong",
    "hoan",
    "tat",
    "xong",
    "roi",
    "su",
    "dung",
    "dung",
    "cho",
    "bang",
    "cai",
    "dat",
    "tai",
    "ve",
    "xuong",
    "y",
    "te",
    "i",
    "te",
    "covid",
    "19",
    "truy",
    "vet",
    "phong",
    "chong",
    "dich",
    "kip",
    "khan",
    "cap",
    "khau",
    "trang",
    "ios",
    "android",
    "ch",
    "plai",
    "play",
    "store",
    "google",
    "dvt",
    "don",
    "vi",
    "tinh",
    "nghin",
    "ngan",
    "trieu",
    "percent",
    "slash",
    "lan",
    "thu",
    "nhat",
    "hai",
    "ba",
    "bon",
    "tt",
    "sl",
    "tl",
    "stt",
    "so",
    "voi",
    "tang",
    "giam",
    "chenh",
    "lech",
    "trien",
    "khai",
    "thuc",
    "hien",
    "tham",
    "gia",
    "hoc",
    "lam",
    "viec",
    "cong",
    "tac",
    "o",
    "sinh",
    "song",
    "luu",
    "tru",
    "thuong",
    "xuien",
    "dien",
    "biet",
    "danh",
    "sach",
    "mat",
    "hang",
    "nganh",
    "khoi",
    "lop",
    "truong",
    "phong",
    "ban",
    "to",
    "doi",
    "cap",
    "tu",
    "quan",
    "li",
    "thuoc",
    "truc",
    "tinh",
    "ung",
    "installed",
    "install",
    "installs",
    "devices",
    "device",
    "users",
    "user",
    "number",
    "of",
    "the",
    "total",
    "accounts",
    "account",
    "with",
    "phone",
    "smartphones",
    "smartphone",
    "people",
    "population",
    "dk",
    "sdt",
    "so",
    "tk",
    "nam",
    "nu",
    "tren",
    "cao",
    "thap",
    "nhieu",
    "it",
    "nguoi",
    "dung",
    "tai",
    "khoan",
    "luot",
    "tai",
    "trung",
    "binh",
    "ho",
    "tro",
    "cung",
    "dong",
    "thoi",
    "bo",
    "kien",
    "toan",
    "nhan",
    "khau",
    "dan",
    "cu",
    "phan",
    "tram",
    "gop",
    "sinh",
    "nghe",
    "tiep",
    "tuc",
    "giup",
    "do",
    "trong",
    "do",
    "cung",
    "cach",
    "li",
    "tap",
    "trung",
    "hang",
    "thang",
    "phu",
    "trach",
    "goi",
    "la",
    "chi",
    "tieu",
    "giao",
    "muc",
    "tieu",
    "ke",
    "hoach",
    "kh",
    "ct",
    "phan",
    "dau",
    "dat",
    "hoan",
    "thanh",
    "can",
    "phai",
    "du",
    "se",
    "bien",
    "che",
    "hop",
    "dong",
    "thinh",
    "giang",
    "chinh",
    "quien",
    "dang",
    "vien",
    "doan",
    "the",
    "si",
    "so",
    "thuc",
    "so",
    "dau",
    "cuoi",
    "giua",
    "a",
    "b",
    "c",
    "d",
    "e",
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "x",
    "khi",
    "viettel",
    "vinaphone",
    "mobifone",
    "vietnamobile",
    "vnpt",
    "gmobile",
    "itel",
]


@functools.lru_cache(maxsize=1)
def _known_phrases() -> tuple[frozenset[tuple[str, ...]], int]:
    """Return the words and phrases that are known, and the number of words of the longest."""
    lists = (_SMART, _POPULATION, _TARGETS, _INSTALL, _SHARE, _INCREASE, _CUMULATIVE, _MISSING, _ACTIVE, _HAS_NUMBER,
             _ASKED, _URGED, _REFUSED, _DIFFERENCE, _TIMES, _HOUSES, _RESIDENTS, _PHONES, _BEFORE_ASKED, _BEFORE,
             _HOUSEHOLDS, *_GROUPS.values(), _EXACT, _PLAIN_WORDS, _FILLING, ("dong i", "dong y"))  # fmt: skip
    phrases = frozenset(tuple(phrase.split()) for words in lists for phrase in words)
    return phrases, max(map(len, phrases))


@functools.lru_cache(maxsize=20_000)
def unexplained(text: str) -> tuple[str, ...]:
    """Return the words of a header that are not known; what stands in brackets explains and need not be."""
    found = _without_actor(key_of(re.sub(r"\([^()]*\)|\[[^\]]*\]", " ", text))).split()
    phrases, longest = _known_phrases()
    known = {
        at + number
        for at in range(len(found))
        for length in range(1, longest + 1)
        if tuple(found[at : at + length]) in phrases
        for number in range(length)
    }
    return tuple(word for at, word in enumerate(found) if at not in known and not any(sign.isdigit() for sign in word))


#: what was done, after words for those who did it
_WHO_INSTALLED = re.compile(
    r"^(?:(?:tổng|tong)\s+)?(?:(?:số|so)\s+(?:(?:lượng|luong|lượt|luot)\s+)?)?(?P<who>\S.*?)\s+"
    r"(?:(?:đã|da|hiện đã|đều đã)\s+)(?P<did>(?:cài|cai|tải|tai)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
#: words that say what was done to people, not who they are
_NOT_WHO = ("được", "bị", "do", "nhờ", "bởi", "qua", "chưa", "không", "sẽ", "cần", "phải", "đã", "đang", "muốn", "để",
            "theo", "trong", "nếu", "khi", "sau", "trước", "từ", "đến", "tại", "với", "có", "hỏi", "gỡ", "xóa", "xoá",
            "%", "/", "tỷ", "tỉ", "lệ", "dự", "kiến", "đk", "thử", "lỗi", "mới", "hộ", "giúp")  # fmt: skip
_NOT_WHO_PLAIN = frozenset(map(plain_key, _NOT_WHO)) - {""}


def _says_doing(text: str) -> bool:
    """Return whether a text has a word of something done: by its signs where it has any, `từ` but not `phật tử`."""
    written = unicodedata.normalize("NFC", text.lower())
    found = set(re.split(r"[\s,;.()]+", written.replace("/", " / ").replace("%", " % ")))
    return bool(found & (_NOT_WHO_PLAIN | {"%", "/"} if written.isascii() else set(_NOT_WHO)))


def who_installed(text: str) -> str:
    """Return the people that a header names in words that are not known before `đã cài`, as it is written: `Tín đồ đã
    cài`; empty where it names none."""
    found = _WHO_INSTALLED.match(unicodedata.normalize("NFC", " ".join(text.split())))
    if not found or unexplained(found["did"]):
        return ""
    who = found["who"].strip(" ,:-–")
    key = key_of(who)
    if (
        _says_doing(who)
        or _has(key, *_ASKED, *_URGED, *_HELPS_PLAIN, *_REFUSED)
        or len(key.split()) > _MOST_WORDS
        or not _NOBODY.sub(" ", key).strip()
        or _group([key])
    ):
        return ""
    return who[:1].upper() + who[1:]


def people_named(path: Sequence[str]) -> str:
    """Return the people that a header of installations names, as it is written: what stands before `đã cài`, else its
    lowest text."""
    leaf = " ".join(path[-1].split()) if path else ""
    found = _WHO_INSTALLED.match(unicodedata.normalize("NFC", leaf))
    who = found["who"].strip(" ,:-–") if found else leaf
    return who[:1].upper() + who[1:]


#: words before `đã cài` that name nobody in particular
_NOBODY = re.compile(
    r"\b(?:tai khoan|thiet bi|dien thoai|di dong|thong minh|thue bao|phan mem|nguoi dung|ung dung|dia ban|khu vuc|khu pho|"
    r"ket qua|lu[iy] ke|cong don|cap nhat|thuc te|thuc hien|tat ca|bao gom|ti le|so lieu|don vi|cong dong|nhan khau|"
    r"tong cong|thi tran|thi xa|thanh pho|dan cu|so|tong|luong|luot|nguoi|ng|may|dt|dtdd|dttm|smartphone|app|bluezone|"
    r"ncovi|hien|nai|nay|tren|toan|tinh|huien|xa|phuong|thon|ap|to|ngai|ngay|thang|nam|tuan|ki|dot|hom|gio|moi|la|va|cac|"
    r"rieng|chung|khac|dan|lop|truong|quan|nuoc|sl|tt|\d+)\b"
)
_HELPS_PLAIN = ("huong dan", "ho tro", "giup", "tap huan")
_MOST_WORDS = 8
#: kinds that are taken for sure only where every word of a header is known
_TO_BE_SURE = frozenset([INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI, POPULATION, SMARTPHONES, HEADCOUNT, ASKED,
                         ASKED_NCOVI, REFUSED, HAD, HELPED])  # fmt: skip


def guess_surely(path: Sequence[str]) -> Guess:
    """Return what the column below these texts holds; in doubt where words of the lowest are not known."""
    found = guess(path)
    leaf = next((text for text in reversed(path) if key_of(text)), "")
    if found.kind == INSTALLS and not found.of and (who := who_installed(leaf)):
        return Guess(INSTALLS, who)
    if found.kind not in _TO_BE_SURE or not unexplained(leaf):
        return found
    if found.of and _of_all(found, leaf):
        return found
    return Guess(UNKNOWN, found.of, sure=False, doubt=found.kind)


def _of_all(found: Guess, leaf: str) -> bool:
    """Return whether words that are not known say only who the people are: `Tổng số cán bộ hưu trí`, `Nhân viên bếp đã
    cài`, not what was done to them."""
    if found.kind == HEADCOUNT:
        return key_of(leaf).startswith(("tong", "quan so", "si so"))
    split = _WHO_INSTALLED.match(unicodedata.normalize("NFC", " ".join(leaf.split())))
    if split is None or found.kind != INSTALLS:
        return False
    return not _says_doing(split["who"]) and not unexplained(split["did"])


def shape_of(headers: Sequence[str]) -> str:
    """Return a digest of a form's headers without its numbers and days, by which the form is known again."""
    texts = ["".join(sign for sign in key_of(text) if not sign.isdigit()) for text in headers]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


TOTAL_NAMES = frozenset(
    [
     "tong", "tong cong", "tong so", "cong", "total", "sum", "toan tinh", "toan huien", "toan huyen", "toan xa",
     "toan thanh pho", "toan quan", "toan thi xa", "cong toan tinh", "cong toan huyen", "cong huyen", "cong tinh",
     "cong xa", "tong toan tinh", "tong toan huyen", "grand total", "chung", "tong cong toan tinh",
     "tong cong toan huyen", "toan truong", "tong toan truong", "ca tinh", "ca huyen", "cong chung", "toan phuong",
     "tong cong toan truong", "toan khu", "toan thi tran", "toan nganh", "toan don vi", "tong hop", "cong don",
     "toan vung", "luy ke chung", "tong cong toan huyen", "tong cong ca tinh", "tong cong toan thanh pho",
     "cong thanh pho", "cong toan thanh pho", "cong truong", "toan quoc", "ca nuoc", "tong cong ca nuoc",
     "tong ca nuoc", "tong toan quoc", "tong cong toan quoc", "trung binh", "binh quan", "tc",
    ]
)  # fmt: skip
_TOTAL_START = re.compile(r"(tong|tong cong|tong so|cong|toan|tong so toan|cong toan)( so| cong)?( toan| ca)? "
                          r"(tinh|huyen|xa|thanh pho|tp|quan|thi xa|tx|phuong|thi tran|truong|khoi|khu|cum|nganh|nhom|"
                          r"muc|phan|[ivx]+|[abc]|\d+)\b(?P<rest>.*)")  # fmt: skip


@functools.lru_cache(maxsize=20_000)
def is_total(text: str) -> bool:
    """Return whether a row of this name sums others: `TỔNG CỘNG`, `Toàn tỉnh`, `Cộng huyện Vị Thủy`, `Cộng (I+II)`."""
    key = key_of(re.sub(r"\([^)]*\)|[:：.]+\s*$", " ", text))
    if key in TOTAL_NAMES:
        return True
    return bool(_TOTAL_START.fullmatch(key))
