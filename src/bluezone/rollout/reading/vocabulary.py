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
from bluezone.rollout.reading import terms

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
#: how many people of some kind there are, by age, sex or what they own, which is not all of them
SOME = "some"
COUNTS = (INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI, POPULATION, SMARTPHONES, HEADCOUNT, HOUSEHOLDS, TARGET,
          MISSING, ASKED, ASKED_NCOVI, REFUSED, HAD, HELPED, TOTAL, SOME)  # fmt: skip
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
    bare = terms.NUMBERING.sub(" ", unicodedata.normalize("NFC", text)).lower()
    if bare.isascii():
        bare = terms.OPEN_CHUA.sub("chuafq", bare)
    bare = terms.UNLIKE_WORD.sub(lambda found: terms.UNLIKE[found[0]], bare)
    key = terms.Y_FOR_I.sub(r"\1i", plain_key(bare.replace("%", " percent ").replace("/", " slash ")))
    return f" {key} ".replace(" tang ni ", " tawngni ").strip()


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
    "so nganh,so ban nganh,so nganh don vi,chufa,nha tho,co so ton giao,co so i te,co so y te,don vi i te,diem cach li,khu cach li,co so cach li,benh vien,"
    "tram i te,ten benh vien,co so giao duc,ten ben xe,ban quan li,don vi hanh chinh,ten don vi hanh chinh,don vi slash dia phuong,co quan slash don vi,phong ban,bo phan,chi doan,"
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
    "giao vien chu nhiem,gvcn,chu nhiem,ho ten gvcn,ho va ten,ho ten,hoj ten gvcn,hoj va ten,hoj ten,tai khoan zalo,chuc vu,nguoi dai dien,nguoi lap",
    HEAD: "head,headed by,nguoi dung dau,thu truong,hieu truong,giam doc,giasm doc,phu trach,truong ap,truong thon",
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
    "ket qua thuc hien,tong so nguoi,so tuyet doi,ki nai,ki nay,tuan nai,tuan nay,thang nai,thang nay,hien nai,hien nay,ki bao cao,da thuc hien,kq,kq thuc hien,tong so luong,so luong nguoi,so ng",
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

#: words for the day or period before
BEFORE = re.compile(
    r"\b(?:k[ỳìyi]|ng[àa]y|h[ôo]m|tu[ầa]n|l[ầa]n|th[áa]ng|[đd][ợo]t) tr[ưu][ớo]c\b|\bh[ôo]m qua\b", re.IGNORECASE
)
#: everybody, where others are counted beside them
RESIDENTS = "residents"


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
    if _is_no_result(leaf, whole, exact):
        return Guess(UNKNOWN)
    if aim := _aim(leaf, exact):
        return aim
    if exact in _PLAIN or (exact in {DATE, CONTACT} and len(keys) == 1):
        return Guess(exact or UNKNOWN)
    if _is_contact(leaf, whole):
        return Guess(CONTACT)
    if not _has(leaf, *terms.SHARE) and (households := _of_households(leaf, keys)):
        return households
    of = _group(keys)
    if _is_share(keys, exact):
        return _share(leaf, whole, of)
    if _is_part(keys):
        return Guess(UNKNOWN)
    found = _of_some(_plainly(leaf, exact, of, keys) or _count(leaf, whole, of, exact, keys), keys)
    if found.kind in {INSTALLS, ASKED, HELPED, HAD, REFUSED, INCREASE}:
        return Guess(found.kind, _whom(keys, found.of), found.sure)
    return found


def _is_no_result(leaf: str, whole: str, exact: str | None) -> bool:
    """Return whether a column gives no figure of its day: one of a day before, what was taken off or is yet to be done,
    things, or how something changed."""
    not_done = terms.NOT_DONE.search(leaf) and not _has(leaf, *terms.SHARE, *terms.MISSING)
    return (
        (_has(whole, *terms.BEFORE) and not _has(leaf, "tang", "so voi", "tang them"))
        or _counts_no_people(leaf)
        or _has(whole, *terms.TAKEN_OFF)
        or _compares(leaf, exact)
        or (bool(not_done) and not terms.PASSIVE.search(leaf))
    )


def _aim(leaf: str, exact: str | None) -> Guess | None:
    """Return what a column of targets holds: `Chỉ tiêu`, what is left of it, one in percent; `30% dân số` may be one."""
    if _part_of_people(leaf):
        return Guess(UNKNOWN, sure=False, doubt=TARGET)
    if not leaf.startswith(terms.AIMS) or exact == INDICATOR or "ti le" in leaf:
        return None
    if re.search(r"(?<!\d )\bpercent\b", leaf):
        return Guess(PERCENT_OTHER)  # a target in percent is no number of people
    return Guess(MISSING if _has(leaf, *terms.MISSING) else TARGET)


_WHOLES = {POPULATION, HEADCOUNT, SMARTPHONES, TOTAL}
_PEOPLE_DOING = {INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI, ASKED, ASKED_NCOVI, HAD, HELPED, REFUSED}


def _of_some(found: Guess, keys: Sequence[str]) -> Guess:
    """Return what a column holds where words say that it counts some of the people only, `Số người trong độ tuổi`: a
    whole is none then, and what people did is to be asked."""
    some = any(terms.SOME_PEOPLE.search(key) for key in keys)
    if found.kind in _WHOLES and (some or (found.kind != SMARTPHONES and terms.OWNING.search(keys[-1]))):
        return Guess(SOME, found.of)
    if found.kind in _PEOPLE_DOING and some:
        return Guess(UNKNOWN, found.of, sure=False, doubt=found.kind)
    return found


def _counts_no_people(leaf: str) -> bool:
    if _has(leaf, *terms.NO_USERS) and not terms.PASSIVE.search(leaf):
        return True
    return any(f"{leaf} ".startswith(f"{word.strip()} ") for word in terms.NO_PEOPLE) and not leaf.startswith(
        terms.PEOPLE_AFTER_ALL
    )


def _part_of_people(leaf: str) -> bool:
    """Return whether a column gives so many percent of the people as a number: `30% dân số`."""
    return bool(re.match(r"(?:so )?(?:nguoi )?\d+(?: \d+)? percent\b", leaf)) and not _has(leaf, *terms.INSTALL)


def _compares(leaf: str, exact: str | None) -> bool:
    """Return whether a column gives how a rank or a result changed, or lies to a plan, and not as a share: `So với kế
    hoạch`, `Thay đổi thứ hạng`."""
    if exact is None and _has(leaf, *terms.RANKS) and _has(leaf, *terms.CHANGES):
        return True
    return leaf.startswith(("so voi", "so sanh")) and not _has(leaf, *terms.SHARE, *terms.INCREASE)


def _is_of_households(key: str) -> bool:
    return bool(terms.OF_HOUSEHOLDS.fullmatch(key))


def _are_all_households(key: str) -> bool:
    found = terms.OF_HOUSEHOLDS.fullmatch(key)
    return found is not None and all(
        word in terms.ALL_HOUSEHOLDS or word.isdigit()
        for word in f"{found['rest'] or ''} {found['more'] or ''}".split()
    )


def _of_households(leaf: str, keys: Sequence[str]) -> Guess | None:
    """Return what a column of households or things holds: how many households there are, or what is no figure:
    households that were visited or have somebody who installed. None for a column of people."""
    if _is_of_households(leaf):
        return Guess(HOUSEHOLDS) if _are_all_households(leaf) else Guess(UNKNOWN, named=True)
    if terms.THINGS_DONE.fullmatch(leaf) and not _has(leaf, "nguoi", "nhan vien"):
        return Guess(UNKNOWN, named=True)
    things = terms.OF_THINGS.fullmatch(leaf)
    if (
        things
        and not leaf.startswith(terms.PEOPLE_AFTER_ALL)
        and _has(things["rest"].strip(), *terms.DOING)
        and not _has(leaf, "nguoi", "nhan vien")
    ):
        return Guess(UNKNOWN, named=True)
    above = next((key for key in reversed(keys[:-1]) if key_says_what(key)), "")
    if (
        above
        and _are_all_households(above)
        and not _group([leaf])
        and not _has(leaf, *terms.RESIDENTS, "nguoi", "nhan khau")
    ):
        bare = _EXACT.get(leaf) == TOTAL or leaf in {"hien co", "toan bo", "ca ap", "ca xa"}
        return Guess(HOUSEHOLDS) if bare else Guess(UNKNOWN, named=True)
    return None


def key_says_what(key: str) -> bool:
    """Return whether a key is more than a word for a number or a day."""
    return _EXACT.get(key) != TOTAL and not all(word.isdigit() for word in key.split())


def _is_contact(leaf: str, whole: str) -> bool:
    """Return whether a column names a person or how to reach one: `Số ĐT cán bộ phụ trách`, `Đầu mối`."""
    counted = _has(leaf, *terms.INSTALL, *terms.ASKED, *terms.MISSING, *terms.ACTIVE, *terms.HOUSEHOLDS, "thong minh", "da", "co",
                   "tong so", "so nguoi", "so luot", "so luong", "khai bao", "xac thuc", "dang ki", *terms.SHARE)  # fmt: skip
    if counted:
        return False
    phone = leaf in terms.PHONES or any(leaf.startswith(f"{word} ") for word in terms.PHONES)
    return _has(leaf, *terms.PERSONS) or (phone and leaf not in _EXACT and not _has(whole, *terms.INSTALL))


def _is_part(keys: Sequence[str]) -> bool:
    """Return whether a column gives a part of another, of whom is all it says: `Trong đó: cán bộ`, `Người dân`."""
    leaf = keys[-1]
    if any(key.startswith("trong do") for key in keys) and _has(leaf, "tu cai", "tu cai dat"):
        return True
    says_what = _has(
        leaf,
        *terms.INSTALL,
        *terms.SMART,
        *terms.MISSING,
        *terms.ACTIVE,
        *terms.INCREASE,
        "lui ke",
        "luy ke",
        "tong so",
        "so luong",
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
    if not exact and _has(leaf, *terms.RANKS):
        return Guess(RANK)
    if exact in {POPULATION, SMARTPHONES, HEADCOUNT, WITH_PHONE, ACTIVE} and len(keys) == 1:
        return Guess(exact or UNKNOWN, of if exact == HEADCOUNT else "")
    return None


def _without_app(key: str) -> str:
    return " ".join(key.replace("ung dung", " ").replace("bluezone", " ").split()) if key != "bluezone" else key


def _looks_like_unit(leaf: str) -> bool:
    if leaf.startswith(("ten ", "don vi ")) or leaf in {"don vi"}:
        return not _has(leaf, *terms.INSTALL, *terms.SHARE, "ung dung", "tinh")
    kinds = {"xa", "phuong", "tran", "huien", "huyen", "quan", "tinh", "thanh", "pho", "thi", "tx", "tp", "tt", "slash",
             "va", "cac", "don", "vi", "dia", "ban", "cap", "ten", "co", "thuoc", "truc", "trung", "uong"}  # fmt: skip
    words = set(leaf.split())
    return bool(words & {"xa", "phuong", "huyen", "huien", "quan", "tinh"}) and words <= kinds


def _group(keys: Sequence[str]) -> str:
    for key in reversed(keys):
        padded = f" {key} "
        for house in terms.HOUSES:
            padded = padded.replace(f" {house} ", " ")
        padded = f" {_those_counted(padded.strip())} "
        for group, words in terms.GROUPS.items():
            if _has(padded.strip(), *words):
                return group
    return ""


def group_named(text: str) -> str:
    """Return the people that a text names, residents among them; empty where it names none."""
    key = key_of(text)
    return RESIDENTS if _has(key, *terms.RESIDENTS) else _group([key])


def _without_actor(key: str) -> str:
    """Return a header without those who act, where these are people that are known: what is done by others is not
    left out unseen."""

    def known(found: re.Match[str]) -> str:
        acting = all(word in terms.ACTS_WORDS or word.isdigit() for word in found[2].split())
        return found[1] if acting else found[0]

    return terms.ACTOR.sub(known, key)


def _those_counted(key: str) -> str:
    """Return a header without those who act on the people it counts: `số người dân được đoàn viên hướng dẫn` counts
    people, `đoàn viên hướng dẫn người dân` too."""
    key = _without_actor(key)
    found = terms.ACTIVE_HELP.fullmatch(key)
    if found and not _has(found["before"].strip(), "duoc", "do", "nho", "boi", "qua"):
        after = found["after"]
        if _has(after, *terms.RESIDENTS) or any(_has(after, *words) for words in terms.GROUPS.values()):
            return after.strip()
        if _has(found["before"], "so nguoi", "so luot", "luot nguoi"):
            return re.sub(r"(so nguoi|so luot|luot nguoi).*", r"\1", found["before"])
    return key


def _whom(keys: Sequence[str], of: str) -> str:
    """Return of whom a column counts, residents among them: these also where others are named beside them."""
    if of and not _has(_those_counted(keys[-1]), *terms.RESIDENTS):
        return of
    return RESIDENTS if any(_has(_those_counted(key), *terms.RESIDENTS) for key in keys) else ""


def _is_share(keys: Sequence[str], exact: str | None) -> bool:
    if exact in SHARES:
        return True
    leaf = keys[-1]
    if _has(leaf, *terms.RANKS):
        return False
    if _has(leaf, *terms.SHARE):
        return True
    if exact is not None or _has(leaf, "so luong", "so nguoi", "so luot", "tong so", "so may", "lui ke", "luy ke"):
        return False
    above = any(_has(key, *terms.SHARE) for key in keys[:-1])
    return (above and not _has(leaf, *terms.INCREASE)) or (_has(leaf, "so voi", "tren") and above)


def _share(leaf: str, whole: str, of: str) -> Guess:
    if _has(whole, "ncovi") and not _has(whole, "bluezone"):
        return Guess(PERCENT_OTHER)
    if _has(leaf, "tang", "giam", "tang them", "chenh lech") or _has(whole, *terms.DIFFERENCE):
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
                    sure = _has(text, *terms.INSTALL)
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
    if _has(text, *terms.SMART) or _has(text, "slash dien thoai", "slash dt", "tren dien thoai", "so voi dien thoai"):
        found.append(PERCENT_SMARTPHONES)
    if _has(text, *terms.POPULATION) or _has(text, "slash dan", "slash ds", "so voi dan"):
        found.append(PERCENT_POPULATION)
    if _has(text, *terms.TARGETS):
        found.append(PERCENT_TARGET)
    if _has(text, "slash ho", "ho dan", "so ho", "ho gia dinh"):
        found.append(PERCENT_OTHER)
    if any(_has(text, *words) for words in terms.GROUPS.values()) or _has(
        text, "slash tong so", "tong so nguoi", "quan so"
    ):
        found.append(PERCENT_HEADCOUNT)
    if _has(text, *terms.MISSING):
        return [PERCENT_OTHER]
    return found


def _count(leaf: str, whole: str, of: str, exact: str | None, keys: Sequence[str]) -> Guess:  # noqa: C901
    installs = _has(whole, *terms.INSTALL)
    about = leaf if exact is None else whole
    app_ncovi, app_bluezone = _has(whole, "ncovi"), _has(whole, "bluezone", "bluezon", "blue zone", "bluezoner")
    of_ncovi = (_has(leaf, "ncovi") and not _has(leaf, "bluezone")) or (app_ncovi and not app_bluezone)
    if _has(leaf, *terms.REFUSED):
        return Guess(UNKNOWN if of_ncovi else REFUSED, of)
    if _is_had(leaf) and not of_ncovi:
        return Guess(HAD, of)
    if _has(leaf, *terms.MISSING):
        return Guess(MISSING, of)
    urged = bool(terms.PASSIVE.search(leaf)) or _has(leaf, "giao nhiem vu")
    if (
        not urged and _has(leaf, "chi tieu", "muc tieu", "ke hoach", "duoc giao", "phan dau", "target", "chi tieu giao")
    ) or (exact == TOTAL and _has(whole, "chi tieu", "muc tieu", "ke hoach") and not installs):
        return Guess(TARGET)
    if re.search(r"\b(?:cai|cai dat|tai) (?:sau khi|sau)\b", leaf):
        return Guess(UNKNOWN if of_ncovi else INCREASE, of)
    if _helps_others(leaf):
        return Guess(UNKNOWN, sure=False)
    whom = of or _has(leaf, *terms.RESIDENTS)
    if terms.HELPED.search(leaf) and (
        whom or not _has(terms.CAI_GIUP.sub(" ", leaf), "thanh cong", "da cai", "va cai")
    ):
        return Guess(UNKNOWN if of_ncovi else HELPED, of)
    if _has(about, *terms.ASKED) or urged:
        if _has(leaf, "thanh cong", "va cai", "va da cai"):
            return Guess(INSTALLS, of, sure=False)
        if re.search(r"\b(?:da|va) (?:cai|tai)\b", leaf):
            return Guess(UNKNOWN, of, sure=False, doubt=INSTALLS)
        return Guess(ASKED_NCOVI if _has(leaf, "ncovi") and not _has(leaf, "bluezone") else ASKED, of)
    if of_ncovi and _has(leaf, "moi", "tang", "them", "phat sinh", *terms.TIMES) and not _has(leaf, *terms.CUMULATIVE):
        return Guess(UNKNOWN)  # what NCOVI gained is no figure
    if of_ncovi:
        return Guess(NCOVI, of)
    if app_ncovi and app_bluezone and _has(leaf, "ncovi"):
        return Guess(UNKNOWN, sure=False)
    if installs and _has(whole, *terms.HAS_NUMBER) and not _has(leaf, "khong co"):
        return Guess(WITH_PHONE, of)
    smart = _has(about, *terms.SMART)
    subscribers = _has(leaf, "thue bao") and not _has(whole, *terms.SMARTER)
    installed = _has(leaf, "cai", "cai dat", "da cai", "bluezone", "tai ve", "luot tai", "ung dung")
    if subscribers and smart and not installed:
        return Guess(UNKNOWN, of, sure=False, doubt=SMARTPHONES)
    if smart and not installed:
        return Guess(SMARTPHONES, of)
    if any(key == "tang" or _has(key, *terms.DIFFERENCE) for key in keys[:-1]) and not _has(leaf, "luy ke", "lui ke"):
        return Guess(INCREASE, of)
    if not installs and _group([leaf]) and _has(leaf, *terms.TIMES) and not _has(leaf, "tang", "them", "moi"):
        return Guess(HEADCOUNT, of)
    if _has(leaf, *terms.INCREASE) and not _has(leaf, "luy ke", "lui ke", "den nay", "den nai", "tong so da"):
        sure = not _has(leaf, *terms.CUMULATIVE) and not (_has(leaf, "moi") and _has(leaf, "tong"))
        return Guess(INCREASE, of, sure=sure)
    if _has(leaf, *terms.ACTIVE) and (installs or not smart) and not (smart and not installed):
        return Guess(ACTIVE, of)
    if _has(leaf, *terms.POPULATION) and not installed:
        return Guess(POPULATION)
    if installed or _has(leaf, *terms.INSTALL):
        return Guess(INSTALLS, of)
    return _by_parents(leaf, of, exact, keys)


def _is_had(leaf: str) -> bool:
    """Return whether a column counts those who had the app already: `Đã có`, `Số khách đã cài sẵn`."""
    if re.search(r"\b(?:cai|cai dat|co|tai) truoc khi\b", leaf):
        return True
    bare = _without_people(_without_app(leaf))
    return bool(terms.HAD.fullmatch(bare)) and (
        bare in {"da co", "san co", "tu truoc"} or bare.endswith(" truoc") or _has(bare, *terms.BEFORE_ASKED)
    )


def _helps_others(leaf: str) -> bool:
    """Return whether a column counts those who help: `Số đoàn viên tham gia hướng dẫn`."""
    return bool(re.search(rf"\btham gia (?:\w+ ){{0,3}}?{terms.HELPS}\b", leaf))


def _without_people(key: str) -> str:
    """Return a header without its words for people and numbers."""
    padded = f" {key} "
    for words in (*terms.GROUPS.values(), terms.RESIDENTS):
        for word in sorted(words, key=len, reverse=True):
            padded = padded.replace(f" {word} ", " ")
    bare = re.sub(r"^(?:(?:tong )?so(?: luong| luot| nguoi)?|luot|nguoi|trong do)\b", " ", padded.strip())
    return re.sub(r"^\s*(?:nguoi|ng|luot)\b", " ", bare).strip()


def _are_all(leaf: str) -> bool:
    """Return whether a header under or with a word for people counts all of them: `Tổng số`, `Số lượng giáo viên`."""
    bare = terms.BEING.sub(" ", leaf)
    if _group([leaf]):
        return not _has(bare, *terms.ACTING)
    return all(word in terms.FILLING or word.isdigit() for word in bare.split())


def _by_parents(leaf: str, of: str, exact: str | None, keys: Sequence[str]) -> Guess:
    """Return what a leaf such as `Số lượng` or `Lũy kế` counts, from the texts above it."""
    above = " ".join(keys[:-1])
    if exact == INSTALLS or _has(above, *terms.INSTALL):
        if _has(above, *terms.INCREASE) and not _has(above, *terms.CUMULATIVE) and not _has(leaf, *terms.CUMULATIVE):
            return Guess(INCREASE, of)
        return Guess(INSTALLS, of)
    if _has(above, *terms.SMART):
        return Guess(SMARTPHONES, of)
    if _has(above, *terms.POPULATION):
        return Guess(POPULATION)
    if exact in {POPULATION, SMARTPHONES, HEADCOUNT, WITH_PHONE, ACTIVE}:
        return Guess(exact, of)
    if _group([leaf]) and _are_all(leaf):
        return Guess(HEADCOUNT, of)
    if _has(leaf, *terms.CUMULATIVE):
        return Guess(INSTALLS, of, sure=False)
    if of:
        return Guess(HEADCOUNT, of) if _are_all(leaf) else Guess(UNKNOWN, of, sure=False)
    if exact == TOTAL or _has(leaf, "tong so", "so luong", "so nguoi", "tong", "so may", "ket qua", "kq"):
        return Guess(TOTAL, of, sure=False)
    return Guess(UNKNOWN, of, sure=False)


@functools.lru_cache(maxsize=1)
def _known_phrases() -> tuple[frozenset[tuple[str, ...]], int]:
    """Return the words and phrases that are known, and the number of words of the longest."""
    lists = (terms.SMART, terms.POPULATION, terms.TARGETS, terms.INSTALL, terms.SHARE, terms.INCREASE, terms.CUMULATIVE, terms.MISSING, terms.ACTIVE, terms.HAS_NUMBER,
             terms.ASKED, terms.URGED, terms.REFUSED, terms.DIFFERENCE, terms.TIMES, terms.HOUSES, terms.RESIDENTS, terms.PHONES, terms.BEFORE_ASKED, terms.BEFORE,
             terms.HOUSEHOLDS, *terms.GROUPS.values(), _EXACT, terms.PLAIN_WORDS, terms.FILLING, ("dong i", "dong y"))  # fmt: skip
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


_NOT_WHO_PLAIN = frozenset(map(plain_key, terms.NOT_WHO)) - {""}


def _says_doing(text: str) -> bool:
    """Return whether a text has a word of something done: by its signs where it has any, `từ` but not `phật tử`."""
    written = unicodedata.normalize("NFC", text.lower())
    found = set(re.split(r"[\s,;.()]+", written.replace("/", " / ").replace("%", " % ")))
    return bool(found & (_NOT_WHO_PLAIN | {"%", "/"} if written.isascii() else set(terms.NOT_WHO)))


def who_installed(text: str) -> str:
    """Return the people that a header names in words that are not known before `đã cài`, as it is written: `Tín đồ đã
    cài`; empty where it names none."""
    found = terms.WHO_INSTALLED.match(unicodedata.normalize("NFC", " ".join(text.split())))
    if not found or unexplained(found["did"]):
        return ""
    who = found["who"].strip(" ,:-–")
    key = key_of(who)
    if (
        _says_doing(who)
        or _has(key, *terms.ASKED, *terms.URGED, *terms.HELPS_PLAIN, *terms.REFUSED)
        or len(key.split()) > terms.MOST_WORDS
        or not terms.NOBODY.sub(" ", key).strip()
        or _group([key])
    ):
        return ""
    return who[:1].upper() + who[1:]


def people_named(path: Sequence[str]) -> str:
    """Return the people that a header of installations names, as it is written: what stands before `đã cài`, else its
    lowest text."""
    leaf = " ".join(path[-1].split()) if path else ""
    found = terms.WHO_INSTALLED.match(unicodedata.normalize("NFC", leaf))
    who = found["who"].strip(" ,:-–") if found else leaf
    return who[:1].upper() + who[1:]


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
    split = terms.WHO_INSTALLED.match(unicodedata.normalize("NFC", " ".join(leaf.split())))
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


@functools.lru_cache(maxsize=20_000)
def is_total(text: str) -> bool:
    """Return whether a row of this name sums others: `TỔNG CỘNG`, `Toàn tỉnh`, `Cộng huyện Vị Thủy`, `Cộng (I+II)`."""
    key = key_of(re.sub(r"\([^)]*\)|[:：.]+\s*$", " ", text))
    if key in TOTAL_NAMES or text.strip() in {"Σ", "∑"}:
        return True
    return bool(terms.TOTAL_START.fullmatch(key))
