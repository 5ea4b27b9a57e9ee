# ruff: noqa: E501 - lists of words
"""List the words of headers, as plain keys, by what they speak of. No rule stands here."""

from __future__ import annotations

import re

#: `Tổng cộng hôm nay`: all up to today, or those of the day; to be asked
TOTAL_TODAY = re.compile(
    r"\btong(?: (?:so|cong|luot|nguoi|da|cai|dat|bluezone|may|thiet|bi))* (?:ngai |ngay )?hom nay\b(?!.*\b(?:moi|tang|them)\b)"
)
#: so many a day, which is no count
PER_DAY = re.compile(r"\b(?:binh quan|bq)\b|\b(?:slash|moi|mooi) (?:ngay|ngai|tuan)\b(?! \d)")
SMART = ("dttm", "smp", "dien thoai thong minh", "smartphone", "smartphones", "dt thong minh", "smart phone", "dien thoai tm",
          "dtdd thong minh", "thue bao", "dt tm", "thong minh", "sp", "3g", "4g", "3g4g", "dt cam ung", "may tm", "may thong minh",
         "dien thoai cam ung", "may cam ung")  # fmt: skip
#: subscribers of whom not all have a smartphone: a modem, a tablet or a second card has 3G or 4G too
SUBSCRIBED = ("thue bao", "3g", "4g", "3g4g")
#: which make them those of smartphones
SMARTER = tuple(word for word in SMART if word not in SUBSCRIBED)
POPULATION = ("dan so", "nhan khau", "so dan", "tong dan", "nguoi dan", "population", "dan cu")
TARGETS = ("chi tieu", "ke hoach", "muc tieu", "duoc giao", "kh giao", "chi tieu giao", "kh", "hoan thanh",
            "phan dau", "ct giao", "target")  # fmt: skip
INSTALL = ("cai", "cai dat", "bluezone", "bluezoner", "tai ve", "luot tai", "tai ung dung", "luot cai", "tai app", "tai khoan", "install", "installs",
            "so may", "ung dung", "app", "bz", "bluezon", "blue zone", "installed", "downloads", "accounts")  # fmt: skip
#: all that a header says: who installed it stands elsewhere
BARE_INSTALLED = frozenset(["da cai", "da cai dat", "so da cai", "so da cai dat", "trong do da cai", "cai dat", "so cai dat",
                            "da cai bluezone", "da cai dat bluezone", "so luong da cai", "so luong da cai dat"])  # fmt: skip
SHARE = ("ti le", "percent", "pct", "ti trong", "tile", "share", "tl")
INCREASE = ("tang", "tang them", "phat sinh", "moi", "trong ngay", "trong ngai", "hom nay", "hom nai", "trong tuan",
             "them", "tang so voi", "tang trong", "ps", "giam", "trong ki", "trong thang", "24h", "24 gio", "gain",
             "cai moi", "bo sung", "them moi", "tai cho", "chenh lech", "increase", "new", "rieng ngay", "trong dot")  # fmt: skip
CUMULATIVE = ("lui ke", "luy ke", "lui tien", "luy tien", "cong don", "tong so luot", "den nai", "den nay", "tong so da", "tong cong", "tong luot",
               "den ngai", "den ngay", "den het", "tinh den", "tu dau chien dich", "tu dau dot", "tu dau", "da cai", "hien co", "tong cai", "lk")  # fmt: skip
MISSING = ("con thieu", "con lai", "chua cai", "chua cai dat", "chua thuc hien", "chua co", "chua dat",
            "can cai them", "con phai", "phai cai them", "khong cai", "chua", "khong co", "not yet", "not installed")  # fmt: skip
ACTIVE = ("dang hoat dong", "hoat dong", "con su dung", "dang su dung", "dang dung", "thuong xuyen", "thuc te su dung",
           "kich hoat", "co su dung", "active", "bat bluetooth", "dang bat")  # fmt: skip
#: what is at work that is no app: `doanh nghiệp đang hoạt động`, `dân quân đang hoạt động`; who stands before the word
AT_WORK = re.compile(r"^(?P<who>.*?)\b(?:dang |con |co |van )*hoat dong\b")
HAS_NUMBER = (
    "co so dien thoai", "so dien thoai", "co sdt", "khai bao sdt", "sdt", "xac thuc", "khai bao so dien thoai",
)  # fmt: skip
#: what those did who gave their number in the app, though no word of it stands beside
DECLARED = ("khai bao so dien thoai", "khai bao sdt", "khai bao so dt", "xac thuc so dien thoai", "xac thuc sdt",
            "dang ki so dien thoai", "dang ki sdt", "khai so dien thoai", "nhap so dien thoai", "nhap so dt", "nhap sdt",
            "dang ki so dt", "khai so dt", "khai sdt", "da co so dt", "tk co sdt", "tk co so dt", "tai khoan co sdt",
            "tai khoan co so dien thoai", "tk co so dien thoai", "nguoi dung co sdt", "nguoi dung co so dt",
            "nguoi dung co so dien thoai")  # fmt: skip
#: how many telephones there are, not who gave a number
MOBILES = re.compile(
    r"\bso (?:luong |chiec )?dien thoai (?:di dong|thong minh)\b|\bso (?:luong |chiec )?dien thoai(?= (?:da |duoc |co )*(?:cai|tai)\b)"
)
ASKED = ("da hoi", "gioi thieu", "khuyen nghi", "tuyen truyen", "tu van", "van dong", "huong dan", "duoc hoi", "khuyen cao",
          "duoc moi", "duoc mowi", "mowi", "de nghi", "pho bien", "nhac", "duoc thong bao", "asked")  # fmt: skip
#: what is done to people who are asked: read so only where it is done to them, `được yêu cầu`, not by them
URGED = (
    "yeu cau", "thuyet phuc", "khuyen", "khuyen khich", "don doc", "thong bao", "dong vien", "tiep can", "kiem tra",
    "giao nhiem vu", "nhac nho", "keu goi", "quan triet", "huy dong", "nhan tin", "gui tin nhan", "phat to roi",
    "gap go", "trao doi", "giai thich", "truyen thong", "goi dien", "phat dong", "de xuat", "chi dao", "van dong",
    "tuyen truyen", "nhac", "de nghi", "cung cap thong tin", "giai dap", "gui to roi", "thuc giuc", "co dong",
    "cung cap to roi", "phat thong tin", "doi thoai",
)  # fmt: skip
PASSIVE = re.compile(
    rf"\b(?:da|duoc|bi)(?: duoc| da)?(?: \w+){{0,4}}? (?:{'|'.join(sorted(URGED, key=len, reverse=True))})\b"
)
REFUSED = (
    "tu choi",
    "khong dong y",
    "khong dong i",
    "khong chiu",
    "khong muon",
    "khong hop tac",
    "refused",
    "declined",
)
#: over columns that hold what was added or lost between two days
DIFFERENCE = (
    "tang slash giam",
    "tang giam",
    "tang trong",
    "chenh lech",
    "muc tang",
    "so tang",
    "tang them",
    "tang so voi",
)
#: times of which guests and other people are counted, not only what was added
TIMES = ("trong ngay", "trong ngai", "hom nay", "hom nai", "trong tuan", "trong ki", "trong thang")
#: names in which a word for people is no word for people
HOUSES = ("khach san", "nha khach", "uy ban nhan dan", "hoi dong nhan dan", "toa an nhan dan", "cong an nhan dan",
           "quan doi nhan dan", "khu cach li", "bo tri cach li", "ben xe khach")  # fmt: skip
RESIDENTS = ("nguoi dan", "nhan dan", "ba con", "cu dan")
#: what is done to people, and who does it: `người dân được đoàn viên hướng dẫn`
HELPS = (
    r"(?:huong dan|ho tro|giup|tuyen truyen|mowi|gioi thieu|tu van|khuyen nghi|khuyen cao|pho bien|tap huan|"
    + "|".join(sorted(URGED, key=len, reverse=True))
    + ")"
)
DOES = rf"(?:{HELPS}|cai|tai)"
ACTS = (
    "to", "doi", "nhom", "ban", "tinh nguyen", "cong nghe", "cong dong", "covid", "doan", "hoi", "phu nu", "nong dan",
    "cuu chien binh", "mat tran", "to quoc", "cong an", "dan quan", "y te", "i te", "xa", "phuong", "ap", "khu pho",
    "thon", "truong", "lop", "nha truong", "le tan", "bao ve", "don vi", "co quan", "nha mang", "viettel", "vnpt",
    "mobifone", "chinh quyen", "luc luong", "chuc nang", "ubnd", "uy ban", "xung kich", "tu", "cua", "cac", "va", "nha",
    "chu", "khach san", "cong tac vien", "truc tiep", "tan noi", "tai", "zalo", "facebook", "nguoi", "khac", "ban be",
    "nguoi than", "con chau", "cho", "ban quan li", "cung", "so", "nganh", "huyen", "quan", "tinh", "khu vuc", "do",
    "dien thoai", "tin nhan", "loa", "mang xa hoi", "dan", "phong", "trung tam", "nhan dan", "trung doi", "tieu doi",
    "ve sinh", "thuong truc", "truc", "hai quan", "bien phong", "bo doi", "hoc sinh", "sinh vien", "dang uy", "khoi",
)  # fmt: skip
ACTOR = re.compile(rf"\b(duoc|(?<!tin )do|nho|boi|(?<!ket )qua)((?: (?!{DOES}\b)\w+){{1,9}})(?= {DOES}\b)")
#: those who help, before what they do and nobody it is done to: `Nhân viên cài giúp`, `Lễ tân hướng dẫn cài`; a number of
#: them, `Số nhân viên hỗ trợ cài`, may be how many help
HELPERS = re.compile(
    r"^(?:(?:cac|do|duoc) )?(?:nhan vien|nv|can bo|cb|cbnv|cbcs|doan vien|dvtn|tinh nguyen vien|tnv|giao vien|gv|le tan|bao ve|"
    r"tiep vien|thu ngan|duoc si|dieu duong|bac si|huong dan vien|hdv|to truong|tong dai vien|phuc vu|chu quan)"
    r"(?: (?:truc|truc tiep|da|di|khach san|nha hang|cua hang|y te|i te|quay|ca truc|ngan hang|nha xe))* "
    r"(?=(?:(?:cai|cai dat|tai) (?:giup|ho)|(?:giup|huong dan|ho tro) (?:cai|cai dat|tai))(?: bluezone| ung dung| app)*$)"
)
ACTIVE_HELP = re.compile(rf"(?P<before>.*?)\b{HELPS}\b(?P<after>.*)")
#: those who had the app before they were asked
HAD = re.compile(
    r"(?:(?:da|hien) )?(?:co|cai|cai dat|tai)(?: (?:san|roi))?(?: (?:tu )?truoc(?: (?:do|day|dai))?)?|san co|tu truoc"
)
CAI_GIUP = re.compile(r"\b(?:cai|cai dat|tai) (?:giup|ho)\b")
BEFORE_ASKED = ("san", "tu truoc", "truoc do", "truoc day", "truoc dai")
HELPED = re.compile(
    r"\b(?:huong dan|ho tro|giup)(?: (?!khong\b)\w+){0,8} (?:cai|tai)\b|\b(?:cai|cai dat|tai) (?:giup|ho)\b(?! gia| dan)"
)
#: what a person does or has done, where the number of people is not all of them
ACTING = ("da", "duoc", "chua", "dong i", "dong y", "tham gia", "cam ket", "dang ki", "khong", "bi", "se", "can",
           "nghi", "vang", "yeu cau", "thac mac", "phan anh", "co nhu cau", "quan tam", "khai bao", "khai", "quet",
           "xet nghiem", "do than nhiet", "deo khau trang")  # fmt: skip
BEING = re.compile(r"\b(?:dang|duoc|bi|phai) (?:cach li|dieu tri|luu tru|lam viec|cong tac|hoc|o|theo hoc|quan li)\b")
#: words around a word for people that leave it the number of all of them
FILLING = frozenset(
    [
     "so", "luong", "nguoi", "tong", "cong", "cac", "va", "hien", "co", "cua", "trong", "toan", "quan", "si", "thuc",
     "te", "mat", "danh", "sach", "theo", "bien", "che", "dang", "lam", "viec", "hoc", "tai", "ca", "cap", "don",
     "vi", "truong", "lop", "khoi", "nganh", "co", "so", "luot", "ngai", "ngay", "dau", "nam", "tinh", "huyen", "xa",
     "phuong", "hang", "slash", "la", "thi", "ts",
    ]
)  # fmt: skip
PHONES = ("so dien thoai", "dien thoai", "so dt", "dt", "sdt", "so sdt", "dtdd", "so dtdd", "so di dong", "di dong",
           "so may le", "so may ban", "so may lien he", "so may nhanh", "dt lien he")  # fmt: skip
PERSONS = ("dau moi", "dau mooi", "lien he", "phu trach", "hotline", "email", "e mail", "zalo", "cmnd", "cccd",
            "can cuoc", "tai khoan ngan hang", "nguoi bao", "nguoi bao cao", "nguoi lap", "nguoi nhap", "dai dien",
            "giao vien chu nhiem", "gvcn", "ho va ten", "ho ten", "hoj va ten", "hoj ten", "duong day nong", "chung minh", "ma so thue", "mst",
            "nguoi theo doi", "nguoi tong hop", "tai khoan nh")  # fmt: skip
#: `Lớp chủ nhiệm`, `Lớp GVCN`, `Lớp do thầy/cô phụ trách`: the class, not its teacher
CLASS_OF_TEACHER = re.compile(
    r"(?:ten )?lop (?:hoc )?(?:(?:do|cua|ma|thai|thay|co|gv|giao vien|ban|minh|dang|slash) )*"
    r"(?:phu trach|chu nhiem|gvcn|giao vien chu nhiem|cn|dai|day|quan li|giang dai|giang day|thay co|thai co)"
)
#: the app was taken off, or is only promised
TAKEN_OFF = (
    "may go", "da go", "nguoi go", "go ung dung", "go app", "luot go", "go cai", "go bo", "dang ki cai", "cam ket",
    "ngung su dung", "dung su dung", "khong su dung",
)  # fmt: skip
AIMS = ("chi tieu", "muc tieu", "ke hoach", "kh giao")
#: `CT 30% DS`, `KH đến 30/8`
AIM_IN_SHORT = re.compile(r"(?:ct|kh) (?:\d+(?: \d+)? percent|giao|den|thang|nam|tuan)\b")
#: which say by themselves that a target is given: `Giao` beside `Đạt`, `KH` beside `TH`
AIMS_ALONE = frozenset([
    "phai cai", "can cai", "phai cai dat", "so phai cai", "so nguoi phai cai", "giao", "kh",
    "ct", "duoc giao", "so giao", "kh giao", "ct giao",
])  # fmt: skip
#: the number that is to be reached: `Số người phải đạt`
TO_BE_REACHED = re.compile(
    r"(?:tong )?(?:so |muc )?(?:luong |luot )?(?:nguoi |may |thue bao )?(?:(?:cai|cai dat)(?: bluezone)? )?(?:phai|can) (?:dat|hoan thanh)(?: duoc)?"
    r"(?: (?:den|truoc|trong|vao|het|ngai|ngay|thang|nam|slash|\d+))*"
)
RANKS = ("xep hang", "thu hang", "xep thu", "xep vi thu", "rank", "hang thu")
#: `Hạng hôm nay`, `Thứ hạng ngày 20/8`: of a day, and nothing that was added on it
RANK_OF_A_DAY = re.compile(
    r"(?:xep |thu )?(?:hang|hang thu|vi tri|vi thu)(?: (?:theo|trong|cua|cap))*(?: (?:ngai|ngay|hom|tuan|ki|ky|lan|nay|nai|qua|truoc|\d+|slash))+"
)
#: `Cài cả 2 ứng dụng` counts those of both, whom no figure is kept of
BOTH_APPS = re.compile(r"\bca (?:2|hai) (?:ung dung|app|phan mem|ud)\b|\bdong thoi ca (?:2|hai)\b")
#: the last word of how a rank changed: `Tăng/giảm hạng`, `Tăng bậc`
PLACES_GAINED = re.compile(r"\b(?:hang|bac|vi tri|vi thu|thu tu)(?: so voi .*| xep)?$")
#: what changed in a rank
CHANGES = ("tang", "giam", "thay doi", "chenh lech", "so voi", "bien dong", "len xuong", "tang bac")
#: of whom a column speaks
GROUPS: dict[str, tuple[str, ...]] = {
    "parents": ("phu huinh", "phu huynh", "phhs", "cha me", "bo me", "ba me", "ph", "cmhs", "parents"),
    "pupils": ("hoc sinh", "hs", "sv", "sinh vien", "hssv", "hoc vien", "si so", "hs sv", "hoc sinh sinh vien", "pupils",
               "students", "so tre", "so chau", "so be"),
    "patients": ("benh nhan", "nguoi benh", "nguoi den kham", "nguoi kham", "nguoi nha", "nguoi nuoi benh", "patients"),
    "quarantined": ("cach li", "quarantined"),
    "drivers": ("lai xe", "tai xe", "phu xe", "lai phu xe", "drivers"),
    "traders": ("tieu thuong", "ho kinh doanh", "ho kd", "nguoi ban hang", "nguoi basn hang", "chu sap", "chu quay", "thuong nhan", "traders"),
    "members": ("dvtn", "dvtncs", "doan vien", "hoi vien", "hoi vien nong dan", "dang vien", "thanh nien", "members"),
    "families": ("nguoi than", "chong con", "vo con", "vo chong", "con cai", "con casi", "con chau", "gia dinh", "than nhan", "thanh vien trong ho", "thanh vien ho", "families"),
    "guests": ("khach", "khach hang", "luot khach", "khach luu tru", "du khach", "hanh khach", "guests", "visitors"),
    "staff": ("cbccvc", "cbcc", "can bo", "cong chuc", "vien chuc", "nhan vien", "lao dong", "cong nhan", "giao vien", "giang vien", "i bac si", "y bac si", "bac si", "ld", "nvit", "nvyt", "cbnvyt", "nhan vien y te",
              "cbcnv", "cb gv nv", "gv", "giang vien", "ld", "nld", "nguoi lao dong", "cbgvnv", "cnv", "nv", "cong nhan vien", "cb", "cbnv",
              "cb gv", "chien si", "cbcs", "ccvc", "staff", "employees", "workers", "cbvc", "cnld", "cb ccvc",
              "cb cc vc", "cb cnv", "cbgv", "hdnv", "quan nhan", "bo doi", "dong chi", "d slash c", "tong cn", "ts cn", "so cn", "tong so cn", "sl cn"),
}  # fmt: skip
#: of the day or period before, which another form has given already
BEFORE = (
    "ki truoc", "ngay truoc", "ngai truoc", "hom truoc", "tuan truoc", "lan truoc", "thang truoc", "dot truoc",
    "so ki truoc", "so tuan truoc", "so lan truoc", "so thang truoc", "so dot truoc", "so lieu ki truoc",
    "hom qua", "ngay hom qua", "cung ki", "luy ke truoc", "lui ke truoc", "luy ke ki truoc", "lui ke ki truoc", "dau ki", "so dau ki", "luy ke dau ki", "lui ke dau ki",
)  # fmt: skip
#: what is counted is no people
NO_PEOPLE = (
    "so buoi", "so tin", "so bai", "so to roi", "so to ", "so diem", "so lan", "so cuoc", "so dot", "so pano",
    "so bang ron", "so co so", "so truong", "so lop", "so doi", "so chi", "so ho cai", "so ho da cai", "so ho co",
    "so tau", "so chuyen tau", "so luot tau", "so xa", "so huyen", "so ap", "so thon", "so khu", "so cum", "so khom", "so ban lang", "so don vi", "so doanh nghiep", "so khach san", "so nha hang",
    "ho da cai", "ho co ", "so ho dan da", "so ho gia dinh da", "so ho gia dinh co", "so to tuyen", "so loa",
    "so luot phat", "so ap phich", "so nhom",
)  # fmt: skip
_HALVES = re.compile(r"(?P<one>[^/()]*[^/()\s])\s*(?:/\s*(?P<other>[^/()]+)|\((?P<inside>[^()]+)\))\s*")


def halves(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the ways in which a header may say the same twice: parted by a stroke or brackets, and joined, in English
    before Vietnamese."""
    if found := _HALVES.fullmatch(text):
        return [(found["one"].strip(), (found["other"] or found["inside"]).strip())], []
    written = text.split()
    if text.isascii() or not 1 < len(written) <= _MOST_WORDS_TWICE:
        return [], []
    ascii_words = next((at for at, word in enumerate(written) if not word.isascii()), 0)
    return [], [(" ".join(written[:at]), " ".join(written[at:])) for at in range(1, ascii_words + 1)]


_MOST_WORDS_TWICE = 8
#: what is done to be heard or read, counted in place of people; `Lần 2` is a time
THINGS = re.compile(
    r"^(?:tong )?(?:so )?(?:luong )?(?:buoi|cuoc|luot phat|luot tin|loa|cum loa|cum|dai|tin bai|tin|bai|chuyen muc|chuyen muc|video|clip|xe loa)\b"
    r"|^(?:tong )?so (?:lan|luot) (?:phat|tuyen truyen|tuyen truyen|dang|tuan truyen)\b|\bphut\b|\bthoi luong\b|\bgio phat\b"
)
#: with which a title tells of spreading the word, not of who installed it
SPREAD = re.compile(
    r"(?:(?:lich|ket qua|kq|cong tac|hoat dong|tinh hinh|trien khai|thuc hien|ve|viec|tang cuong|day manh|dot) )*"
    r"(?:tuyen truyen|tuyen truyen|tuyen truyen|phat thanh|truyen thanh|truyen thanh|phat loa|phat song|truyen thong|truyen thong|van dong(?!.*\b(?:cai|tai)\b))\b"
    r"(?!.*\b(?:va|kem|cung)(?: \w+){0,2} (?:cai|tai)\b)"
)
#: a column of hamlets and their parts, whatever it names first: `Ấp, tổ`, `Thôn/xóm/tổ dân phố`
_HAMLET = r"(?:ap|thon|khom|xom|buon|ban|bon|soc|phum|to|khu|khu vuc|khu pho|khu dan cu|to dan pho|to nhan dan|to tu quan|tieu khu|doi)"
HAMLETS_NAMED = re.compile(rf"(?:ten (?:cac )?)?{_HAMLET}(?: (?:slash |va |hoac )?{_HAMLET}){{1,3}}")
HOUSEHOLDS = ("so ho", "ho dan", "ho gia dinh", "tong so ho", "households")
#: no people at all, however the header goes on
NO_USERS = ("may tinh", "ngan hang", "tai khoan nh", "mat do", "dien tich", "kinh phi", "so tien", "trieu dong",
            "nghin dong", "phong co khach", "so phong", "so buong", "so giuong", "cong suat", "khau trang", "to roi", "may may", "may giat", "may lanh",
            "may phat", "may bom", "may cay", "may xuc", "may in", "may bay", "ap phich", "pano", "bang ron", "tong dai")  # fmt: skip
#: which count what was added in named days: `cài trong 3 ngày 19, 20, 21/8`, `trong các ngày 19-21/8`, `3 ngày qua`
OF_DAYS = re.compile(
    r"\btrong (?:vong )?(?:\d{1,2}|hai|ba|bon|nam|sau|bay|bai|muoi|cac|may|nhung) (?:ngay|ngai|tuan|gio)\b"
    r"|\b(?:\d{1,2}|hai|ba|bon|nam|bay|bai) (?:ngay|ngai|tuan) (?:qua|gan day|gan dai|vua qua|nghi|cao diem|ra quan|cuoi tuan)\b"
    r"|\btrong (?:ngay|ngai) \d|\btrong (?:tuan|dot|ki|thang|chieu|sang|buoi) "
)
#: words that make a count one of some people only: by age, sex, origin, or what they own
SOME_PEOPLE = re.compile(
    r"\b(?:do tuoi|\d+ tuoi|tuoi tu|tuoi tro|cao tuoi|tro len|tro xuong|truong thanh|vi thanh nien|tre em|lon tuoi|"
    r"thanh thi|nong thon|tam tru|tam vang|nuoc ngoai|ngoai nuoc|quoc te|trong nuoc|noi dia|ngoai tinh|trong tinh|dan toc|"
    r"ngheo|co kha nang|du dieu kien|co nhu cau|co the|biet chu|lao dong tu do|nu|nu gioi|nam gioi|phu nu|khuyet tat|"
    r"huu tri|di lam an xa|di lam xa|vang mat|dau nam|moi sinh|can cai|phai cai|doi tuong|binh quan|trung binh|bq|"
    r"dai dien|thu viec|thoi vu|hop dong|bien che|tap su)\b"
)
#: what some of the people did, who are not all that live there: `Số lượt người dân`, `Số người dân đến giao dịch`
SOME_CAME = re.compile(
    r"\bluot\b|\bden (?!ngay\b|ngai\b|het\b|nay\b|nai\b|thoi\b|thang\b|nam\b|cuoi\b|\d)|"
    r"\b(?:vao|ra vao|qua lai|di|mua|du|tham du|tham gia|co mat|duoc tham|giao dich|lien he|lam viec|hoc tap|kham)\b"
    r"(?! (?:thoi|ngay|ngai|nam|thang|luc))"
)
#: all pupils of the schools that begin there, not some of them: `Học sinh từ lớp 6 trở lên`
GRADES_UP = re.compile(r"\btu (?:lop|khoi) \d{1,2} tro len\b")
#: everybody who is registered, here or for a time: not some of the people
REGISTERED = re.compile(r"\bthuong tru\b.*\btam tru\b|\btam tru\b.*\bthuong tru\b")
#: the statistical office's number of people of a year is their mean: `Dân số trung bình`
MEAN_OF_YEAR = re.compile(r"\b(?:binh quan|trung binh|bq)\b(?!.*\bho\b)")
#: `Tỷ lệ bình quân` is one of all people
NOT_SOME_SHARE = re.compile(r"\b(?:binh quan|trung binh|bq|doi tuong|phai cai|can cai)\b")
#: what people own, which makes all of them some of them, but those who installed it are all who can
OWNING = re.compile(
    r"\b(?:co|su dung|dung|so huu|dang dung|dang su dung) (?:dien thoai|dt|dtdd|smartphone|may|di dong|internet|mang)\b"
)
#: `HS có điện thoại`, which may be no smartphone
WITH_A_PHONE = re.compile(r"\b(?:co|su dung|dung|so huu|dang dung|dang su dung) (?:dien thoai|dt|dtdd|di dong)\b")
#: what is not counted: `(ước)`, `Ước đạt`; `giao ước thi đua` is a pledge of units to each other
_ESTIMATED = r"(?<!\bquy )(?<!\bcong )(?<!\bhiep )(?<!\bgiao )\buoc\b(?! mo\b)"
ESTIMATED = re.compile(
    rf"{_ESTIMATED}|\b(?:khoang|khoang chung|xap xi|phong doan|ang chung|du kien|estimated?|approx)$"
)
#: what was not done, or not yet
NOT_DONE = re.compile(
    r"\b(?:can|phai|se|muon|co the|du kien|uoc|uoc tinh|dang ki|nhu cau|kha nang|chuan bi) (?:duoc |phai |huong dan )?(?:cai|tai)\b"
    r"|\b(?:du kien|khong thanh cong|that bai|bi loi|cai loi|khong the)\b"
    rf"|{_ESTIMATED}"
    r"|\b(?:khoang|khoang chung|phong doan|ang chung)$"
)
#: what is not done, by the word right before it: `không kích hoạt`, `nhưng không bật Bluetooth`, `không được hướng dẫn`
NEGATED = re.compile(
    r"\b(?:khong|ko)(?: (?:duoc|he|co|con|thuong xuyen|the|ai|tung|bao gio|dang|phai|tham gia|tiep tuc))* "
    r"(?:bat|kich hoat|hoat dong|su dung|dung|mo|duy tri|dui tri|huong dan|gioi thieu|tuyen truyen|tuyen truyen|van dong|tu van|hoi|khuyen nghi|"
    r"khuyen nghi|ho tro|giup|tiep can|khai bao|xac thuc|dang ki|nhan|biet|moi|mowi|nhac|pho bien|thong bao)\b"
)
#: where people live, counted in place of them: `Số khu dân cư`
PLACES_OF_PEOPLE = re.compile(r"\b(?:khu|cum|to|diem|lang|xom) dan cu\b")
#: those who did it then, as their installing came off: `Đã vận động cài được`
WON = re.compile(
    r"\b(?:van dong|tuien truien|tuyen truyen|thuyet phuc|thuiet phuc)(?: \w+){0,2}? (?:cai|cai dat|tai) duoc\b"
)
#: those whom somebody persuaded and who did it then: `Số người vận động được cài`, `vận động thành công`
PERSUADED = re.compile(
    r"\b(?:van dong|tuyen truyen|tuyen truyen|thuyet phuc|thuyet phuc|huy dong|hui dong) duoc(?: \w+){0,2}? (?:cai|cai dat|tai)\b"
)
#: those who have others do it: `Số hội viên vận động người khác cài`
OF_OTHERS = re.compile(
    r"\b(?:van dong|tuyen truyen|tuyen truyen|thuyet phuc|thuyet phuc|huong dan|ho tro|giup|gioi thieu|keu goi)(?: duoc)? "
    r"(?:nhung |cac |cho )?(?:nguoi (?:khac|than|nha|quen)|ban be|ba con|hang xom|gia dinh|nguoi)\b"
)
#: what is yet to be done with people: `Số người cần tiếp tục vận động` are those who are left
YET_TO_DO = re.compile(
    r"\b(?:can|phai|con phai|con can|se|tiep tuc)(?: (?:phai|can|duoc|tiep tuc|co|den|di))* "
    r"(?:van dong|tuyen truyen|huong dan|ho tro|giup|nhac nho|don doc|tiep can|moi|mowi|thuyet phuc|gap go)\b"
)
#: which was done after all: `Số người cần hỗ trợ đã được hướng dẫn`
PASSIVE_DONE = re.compile(r"\b(?:da duoc|duoc|da cai)\b")
#: how many more than at the day or period before: `So với hôm trước`, `So với ngày 13/8`
SINCE_BEFORE = re.compile(
    r"(?:\+ slash )?so (?:voi )?(?:(?:hom|ngay|ngai|ki|ky|tuan|lan|dot|thang|bao cao|bc) (?:truoc|qua)(?: do)?|ngay hom (?:qua|truoc)|"
    r"(?:ngay )?\d{1,2} slash \d{1,2}(?: slash \d{4})?)"
)
#: NCOVI is counted with something else: `Tổng số lượt cài (bao gồm NCOVI)`
AND_NCOVI = re.compile(
    r"\b(?:bao gom|gom|ke ca|tinh ca|ca|kem|va|cung|slash) (?:ca |so |luot |nguoi |may |cai |dat |tai |khoan |khai |bao |ung |dung |app )*ncovi\b"
)
#: NCOVI is said not to be in it: `Đã cài (không gồm NCOVI)`, `trừ NCOVI`
WITHOUT_NCOVI = re.compile(
    r"\b(?:(?:khong|ko|chua)(?: bao| co)? (?:gom|tinh|ke)|(?<!luu )(?<!noi )(?<!cu )(?<!ban )(?<!tam )tru|ngoai tru|loai tru|da tru)"
    r"(?: (?:ca|di|den|so|luot|cai|dat|ung|dung|app))* ncovi\b"
)
#: a rate: `Lượt cài/1.000 dân`, `Số máy trên 100 người`
PER_PEOPLE = re.compile(
    r"\b(?:slash|tren|moi|mooi|tinh tren) (?:mooi |moi )?(?:10{1,5}|10? 0+|mot van|van|mot nghin|nghin|ngan|mot tram) (?:nguoi|dan|ho|thue bao)\b"
)
#: what is done with the app no more
NO_MORE = re.compile(r"\b(?:khong con|khong tiep tuc|da xoa|xoa|go bo|da go|ngung|dung han)\b")
#: people in quarantine, whose state is nothing they do
WHO_IS_QUARANTINED = re.compile(
    r"\b(?:nguoi|cong dan|doi tuong|truong hop|khach|hoc sinh)(?: (?:dang|phai|duoc|thuc hien|di))* cach li"
    r"(?: tap trung| i te| y te| tai nha)?\b"
)
#: what people do that is no installing, though the app is named beside it
OTHER_DOINGS = re.compile(
    r"\b(?:dong [yi]|biet(?: den| ve)?|quan tam|nhan (?:duoc |to |thong |tin |thu |sms|qua|giay|ma|link|huong)|(?:duoc )?cap (?:ma|tai khoan|phat|giay)|"
    r"quet|khai bao(?! (?:sdt|so (?:dt|dien thoai)))|xet nghiem|ung ho|huong ung|xem|nghe|doc|truy cap|tim hieu|lien he|chia se|thac mac|"
    r"danh gia|hai long|tap huan|du hop|tham du|ky cam ket|ki cam ket|nop|canh bao|cach li|tiep xuc|mac|nhiem|khoi)\b"
)
#: words around a number of people that leave it a bare number
BARE = frozenset(
    [
     "so", "nguoi", "luong", "luot", "tong", "cong", "cac", "ng", "may", "buoi", "sang", "chieu", "ket", "qua", "kq", "thuc", "hien", "dat", "duoc",
     "da", "den", "tinh", "het", "ngay", "nay", "nai", "hom", "thoi", "diem", "bao", "cao", "trong", "ki", "ky", "tuan", "thang", "dot",
     "so", "lieu", "ts", "sl", "hien", "co", "cua", "tai", "thiet", "bi", "dien", "thoai", "toan", "xa", "huyen", "tinh",
     "don", "vi", "dia", "phuong", "ban", "dan", "th", "lui", "ke", "luy", "cuoi", "lan", "qui", "quy", "nam", "chung", "cap", "nhat",
     "h", "gio", "slash", "va", "tong", "tuyet", "doi", "la", "theo", "moi", "gom", "te", "dau", "tuc", "lien", "bluezone", "app", "ung", "dung", "percent",
    ]
)  # fmt: skip
#: what leads to the end of a period: `Kết quả từ 15 đến 21/8`
SINCE_A_DAY = re.compile(r"\btu (?:ngay |ngai )?\d{1,2}(?: slash \d{1,2})?(?: slash \d{4})? (?=den\b)")
#: no count of people: `Số người/máy`, `Số người được cấp điện thoại`, `Số ĐT đã kiểm tra`
NO_COUNT = re.compile(
    r"\bnguoi slash (?:may|dt|dien thoai|ho)\b|\bcap (?:phat )?(?:dien thoai|dt|dttm|may|smartphone)\b"
    r"|\b(?:dt|dien thoai|dttm|may|smartphone)(?: \w+){0,3} kiem tra\b(?!.*\bcai\b)"
)
#: `tín đồ`, `đối tượng`, `chị em` begin as `tin`, `đội`, `chi` do
PEOPLE_AFTER_ALL = ("so tin do", "so tin huu", "so doi tuong", "so chi em")
ACTS_WORDS = frozenset(
    word for words in (ACTS, RESIDENTS, *GROUPS.values()) for phrase in words for word in phrase.split()
)
#: `Lao động nam`, by its signs no year (`năm`)
OF_MEN = re.compile(r"(?<!việt )(?<!miền )(?<!thành )\bnam(?: giới)?\s*$")
