# ruff: noqa: E501 - lists of words
"""Name the kinds of columns and the headers that say one by themselves.

A header is compared as a plain key: without diacritics, `%` as a word, one spelling of y and i.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.geography.names import plain_key
from bluezone.rollout.reading import spellings

ORDER = "order"
UNIT, PROVINCE, DISTRICT, COMMUNE, HAMLET = "unit", "province", "district", "commune", "hamlet"
UNIT_KINDS = (UNIT, HAMLET, COMMUNE, DISTRICT, PROVINCE)
CODE, DATE, NOTE, SOURCE, CONTACT, INDICATOR = "code", "date", "note", "source", "contact", "indicator"
SECTOR, HEAD, FAMILIES, MEASURE, PLACE = "sector", "head", "families", "measure", "place"
INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI = "installs", "with_phone", "active", "increase", "ncovi"
POPULATION, SMARTPHONES, HEADCOUNT, HOUSEHOLDS = "population", "smartphones", "headcount", "households"
TARGET, MISSING, ASKED, ASKED_NCOVI, RANK = "target", "missing", "asked", "asked_ncovi", "rank"
REFUSED = "refused"
#: households in which somebody has the app
HOUSEHOLDS_WITH_APP = "households_with_app"
#: of people who were asked: those who had the app before, and those it was installed for
HAD, HELPED = "had", "helped"
PERCENT, PERCENT_POPULATION, PERCENT_SMARTPHONES = "percent", "percent_population", "percent_smartphones"
PERCENT_TARGET, PERCENT_HEADCOUNT, PERCENT_INCREASE = "percent_target", "percent_headcount", "percent_increase"
OWNERSHIP, PERCENT_OTHER = "percent_ownership", "percent_other"
#: `total` is of whatever stands around it: `Tổng số` beside `Đã cài`
TOTAL, UNKNOWN, UNITLESS = "total", "unknown", "unit_of_measure"
#: a part of what stands around it, by the kind of telephone
PLATFORM = "platform"
#: how many people of some kind there are, by age, sex or what they own, which is not all of them
SOME = "some"
#: things of two kinds in one number, which is neither: `Từ chối, không có điện thoại`
JOINED = "joined"
COUNTS = (INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI, POPULATION, SMARTPHONES, HEADCOUNT, HOUSEHOLDS, TARGET,
          MISSING, ASKED, ASKED_NCOVI, REFUSED, HAD, HELPED, HOUSEHOLDS_WITH_APP, TOTAL, SOME, JOINED)  # fmt: skip
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
    bare = spellings.NUMBERING.sub(" ", unicodedata.normalize("NFC", text)).lower()
    if bare.isascii():
        bare = spellings.OPEN_CHUA.sub("chuafq", bare)
    bare = spellings.OF_WHICH.sub("trong đó", bare.replace("_", " "))
    bare = spellings.UP_TO_TODAY.sub("đến nay", bare)
    bare = spellings.SUMMED_BY_PIVOT.sub("", bare)
    bare = spellings.SUBSCRIBERS.sub("thuê bao", bare)
    bare = spellings.UNLIKE_WORD.sub(lambda found: spellings.UNLIKE[found[0]], bare)
    key = spellings.Y_FOR_I.sub(r"\1i", plain_key(bare.replace("%", " percent ").replace("/", " slash ")))
    for wrong, right in spellings.MISSPELT:
        key = wrong.sub(right, key)
    return f" {key} ".replace(" tang ni ", " tawngni ").strip()


def has(key: str, *words: str) -> bool:
    padded = f" {key} "
    return any(f" {word} " in padded for word in words)


EXACT: dict[str, str] = {}
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
    "thon slash to dan pho,thon to dan pho,khom,khom ap,ap slash khom,khu dan cu,ten ap khu vuc,"
    "xom,thon xom,buon,bon,soc,phum,phum soc,to nhan dan,to tu quan,to nhan dan tu quan,tieu khu,khoi pho,cum dan cu,"
    "khoi xom,khoi slash xom,xom khoi,xom slash khoi,khoi slash thon,khoi thon,ten xom,ten to dan pho,ten khu pho,ten to,to ndtq,to tdp,to covid cong dong,to doan ket,to dan cu,to tu quan so",
    UNIT: "co so doan,chi hoi,chi bo,cong doan co so,cdcs,khoa,khoa phong,khoa slash phong,phong khoa,khoa phong ban,khoa slash phong slash ban,ten khoa,ten khoa phong,khoa vien,khoa slash vien,xuong,phan xuong,to san xuat,chuyen,chuyen san xuat,to chuyen,department,departments,section,division,workshop,unit,name,area,row labels,nhan hang,unit name,district name,province name,commune name,ward name,org name,organisation,organization,don vi,dia phuong,ten,ten don vi,dia ban,don vi dia phuong,ten dia phuong,co quan,"
    "co quan don vi,ten co quan,ten co quan don vi,don vi bao cao,don vi thuc hien,noi dung don vi,lop,ten lop,truong,"
    "ten truong,truong hoc,ten cong ti,cong ti,doanh nghiep,ten doanh nghiep,co so,ten co so,khach san,ten khach san,"
    "so nganh,so ban nganh,so nganh don vi,chufa,nha tho,co so ton giao,co so i te,co so y te,don vi i te,diem cach li,khu cach li,co so cach li,noi cach li,dia diem cach li,diem cach li tap trung,khu cach li tap trung,co so cach li tap trung,benh vien,"
    "tram i te,ten benh vien,co so giao duc,ten ben xe,ban quan li,don vi hanh chinh,ten don vi hanh chinh,don vi slash dia phuong,co quan slash don vi,phong ban,bo phan,chi doan,"
    "khoi,khoi lop,ten truong hoc,cong ti doanh nghiep,ten cong ti doanh nghiep,nha hang,nha hang khach san,"
    "ten nha hang khach san,co so luu tru,ten co so luu tru,ten khach san nha hang,to chuc,ten cho,cho,ben xe,"
    "co so kinh doanh,ten co so kinh doanh,ten don vi dia phuong,doan the,hoi doan the,phong ban don vi,don vi truong,"
    "ten don vi truong hoc,ten don vi co quan,co so kinh doanh dich vu,ten cong ti slash doanh nghiep,lop hoc,"
    "huyen thi xa thanh pho xa phuong thi tran,don vi xa phuong thi tran,don vi truc thuoc,khu pho ap",
    CODE: "code,district code,province code,commune code,ward code,area code,gso code,ma,ma don vi,gso,ma so,ma dvhc,ma xa,ma huyen,ma tinh,ma gso,ma hanh chinh,ma dia phuong,ma tk,"
    "ma don vi hanh chinh,ma dv,unit code",
    DATE: "date,report date,reporting date,date of report,data date,reported on,day,ngai,as of,thoi diem,ngai bao cao,ngai thang,ngai thang nam,ngai so lieu,thoi gian,ngai cap nhat,"
    "ngay,ngay bao cao,ngay thang,ngay thang nam,ngay so lieu,ngay cap nhat,den ngay,tinh den ngay,tinh den",
    NOTE: "remark,remarks,note,notes,ghi chu,xep loai,danh gia xep loai,nhan xet,danh gia,y kien,ghi chu khac,kho khan vuong mac,kien nghi,ly do,nguyen nhan",
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
    TOTAL: "so ki nai,so ki nay,so tuan nai,so tuan nay,so lieu ki nay,so lieu tuan nay,cuoi ki,so cuoi ki,ts,tong so,tong,tong cong,so luong,sl,so nguoi,so,total,count,number,ket qua,thuc hien,cong,so lieu,gia tri,"
    "ket qua thuc hien,tong so nguoi,so tuyet doi,ki nai,ki nay,tuan nai,tuan nay,thang nai,thang nay,hien nai,hien nay,ki bao cao,da thuc hien,kq,kq thuc hien,tong so luong,so luong nguoi,so ng,dat,dat duoc,th,so dat,da dat",
    PLATFORM: "android,ios,iphone,may android,may ios,may iphone,dien thoai android,dien thoai iphone,he dieu hanh android,he dieu hanh ios,"
    "tren android,tren ios,tren iphone,ch play,google play,app store,google play store",
    POPULATION: "population,ds,dan so tb,dan so bq,dan so tb nam,dan so,nhan khau,tong dan so,so dan,dan so nguoi,so nhan khau,tong so dan,dan so 2019,"
    "tong so nhan khau,khau,so khau,tong so khau,dan so trung binh,tong nhan khau,people",
    SMARTPHONES: "smartphones,smartphone,dttm,so dttm,dien thoai thong minh,so dien thoai thong minh,so smartphone",
    HEADCOUNT: "headcount,dinh bien,bien che,quan so,si so,tong si so,qs,tong qs,ts qs,tong quan so,quan so hien co,"
    "qs hien co,tong bien che,so bien che",
    INSTALLS: "users,app users,so luot,installs,installations,downloads,devices,accounts,bluezoner,total downloads,da cai,da cai dat,so cai dat,"
    "so da cai,so da cai dat,bluezone",
    WITH_PHONE: "with phone,with phone number,with_phone",
    ACTIVE: "active,active devices,in use",
    PERCENT_POPULATION: "pct population,percent population,percent_population,share,of population,pct,tren dan so",
    PERCENT_SMARTPHONES: "pct smartphones,percent smartphones,percent_smartphones,of smartphones,tren smartphone",
    NCOVI: "ncovi",
    PERCENT: "ti le,percent,ti le percent,dat percent,dat ti le,ti le dat,ti trong,tile,t le",
}.items():
    for _word in _words.split(","):
        EXACT.setdefault(_word, _kind)
#: words for the day or period before
BEFORE = re.compile(
    r"\b(?:k[ỳìyi]|ng[àa]y|h[ôo]m|tu[ầa]n|l[ầa]n|th[áa]ng|[đd][ợo]t) tr[ưu][ớo]c\b|\bh[ôo]m qua\b", re.IGNORECASE
)
#: everybody, where others are counted beside them
RESIDENTS = "residents"


def shape_of(headers: Sequence[str]) -> str:
    """Return a digest of a form's headers without its numbers and days, by which the form is known again."""
    texts = ["".join(sign for sign in key_of(text) if not sign.isdigit()) for text in headers]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


TOTAL_NAMES = frozenset(
    [
     "tong", "tong cong", "tong so", "cong", "total", "sum", "toan tinh", "toan huyen", "toan huyen", "toan xa",
     "toan thanh pho", "toan quan", "toan thi xa", "cong toan tinh", "cong toan huyen", "cong huyen", "cong tinh",
     "cong xa", "tong toan tinh", "tong toan huyen", "grand total", "chung", "tong cong toan tinh",
     "tong cong toan huyen", "toan truong", "tong toan truong", "ca tinh", "ca huyen", "cong chung", "toan phuong",
     "tong cong toan truong", "toan khu", "toan thi tran", "toan nganh", "toan don vi", "tong hop", "cong don",
     "toan vung", "luy ke chung", "tong cong toan huyen", "tong cong ca tinh", "tong cong toan thanh pho",
     "cong thanh pho", "cong toan thanh pho", "cong truong", "toan quoc", "ca nuoc", "tong cong ca nuoc",
     "tong ca nuoc", "tong toan quoc", "tong cong toan quoc", "tc",
    ]
)  # fmt: skip


@functools.lru_cache(maxsize=20_000)
def is_total(text: str) -> bool:
    """Return whether a row of this name sums others: `TỔNG CỘNG`, `Toàn tỉnh`, `Cộng huyện Vị Thủy`, `Cộng (I+II)`."""
    key = key_of(re.sub(r"\([^)]*\)|[:：.]+\s*$", " ", text))
    if key in TOTAL_NAMES or text.strip() in {"Σ", "∑"}:
        return True
    return bool(spellings.TOTAL_START.fullmatch(key)) or key.endswith((" total", " subtotal")) or key == "subtotal"
