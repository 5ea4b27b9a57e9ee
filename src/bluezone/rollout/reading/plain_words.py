# ruff: noqa: E501 - lists of words
"""List the words of headers that leave their sense as it is, and those around people who installed it. No rule stands
here."""

from __future__ import annotations

import re

#: words that leave the sense of a header as it is, besides those of the lists
PLAIN_WORDS = (
    "check in", "checkin", "quai le tan", "quay le tan", "tro len",
    "tam tru", "noi tru", "ban tru", "basn tru", "quy mo", "qui mo",
    "tdt", "tong dieu tra", "ngtk", "nien giam thong ke", "nien giam", "tai chot", "tai cong", "tai quai", "tai quay",
    "tai ben", "tai ga", "tai nha", "tai diem", "tai san bay", "tai cua hang",
    "tai le tan", "khach phuc vu", "khach duoc phuc vu", "qua ben", "qua cang", "qua ga", "qua pha",
    "qua cua khau", "qua san bay", "len xe", "len tau", "vao mua", "den mua", "mua hang", "mua thuoc", "mua sam", "xem phim", "tap gym",
    "ban than", "ca nhan", "chinh minh", "thcs", "thpt", "th", "mn", "mam non", "tieu hoc", "gdtx",
    "so", "luot", "luong", "nguoi", "ng", "may", "thiet", "bi", "di", "dong", "dien", "thoai", "dt", "dtdd", "app",
    "ung", "dung", "phan", "mem", "bluezone", "blue", "zone", "ncovi", "tren", "dia", "ban", "toan", "huyen", "tinh",
    "xa", "phuong", "thon", "ap", "khu", "pho", "vuc", "to", "thi", "tran", "thanh", "nuoc", "quoc", "gia", "don",
    "vi", "co", "quan", "cua", "trong", "ngoai", "tai", "theo", "tu", "den", "het", "luc", "vao", "ngai", "ngay",
    "thang", "nam", "tuan", "ki", "dot", "quy", "gio", "h", "g", "phut", "sang", "chieu", "toi", "hom", "qua", "nai",
    "nay", "truoc", "sau", "hien", "thoi", "diem", "bao", "cao", "lieu", "thong", "ke", "tong", "hop", "ket", "kq",
    "cap", "nhat", "lui", "luy", "cong", "da", "duoc", "dang", "chua", "khong", "con", "them", "moi", "va", "hoac",
    "voi", "la", "cac", "nhung", "ca", "tat", "gom", "rieng", "chung", "khac", "do", "thuc", "te", "hanh", "hoan",
    "xong", "roi", "su", "cho", "bang", "cai", "dat", "ve", "xuong", "y", "i", "covid", "19", "truy", "vet", "phong",
    "chong", "dich", "kip", "khan", "khau", "trang", "ios", "android", "ch", "plai", "play", "store", "google",
    "dvt", "nghin", "ngan", "trieu", "percent", "slash", "lan", "thu", "hai", "ba", "bon", "tt", "sl", "tl", "stt",
    "tang", "giam", "chenh", "lech", "trien", "khai", "tham", "hoc", "lam", "viec", "tac", "o", "sinh", "song",
    "luu", "tru", "thuong", "xuyen", "biet", "danh", "sach", "mat", "hang", "nganh", "khoi", "lop", "truong", "doi",
    "li", "thuoc", "truc", "installed", "install", "installs", "devices", "device", "users", "user", "number", "of",
    "the", "total", "accounts", "account", "with", "phone", "smartphones", "smartphone", "people", "population",
    "dk", "sdt", "tk", "nu", "thap", "nhieu", "it", "khoan", "trung", "binh", "ho", "tro", "cung", "bo", "kien",
    "nhan", "dan", "cu", "tram", "gop", "nghe", "tiep", "tuc", "giup", "cach", "tap", "phu", "trach", "goi", "chi",
    "tieu", "giao", "muc", "hoach", "kh", "ct", "dau", "can", "phai", "du", "se", "bien", "che", "thinh", "giang",
    "chinh", "quyen", "vien", "doan", "si", "cuoi", "giua", "a", "b", "c", "d", "e", "ii", "iii", "iv", "v", "x",
    "khi", "viettel", "vinaphone", "mobifone", "vietnamobile", "vnpt", "gmobile", "itel",
)  # fmt: skip
#: what was done, after words for those who did it
WHO_INSTALLED = re.compile(
    r"^(?:(?:tổng|tong)\s+)?(?:(?:số|so)\s+(?:(?:lượng|luong|lượt|luot)\s+)?)?(?P<who>\S.*?)\s+"
    r"(?:(?:đã|da|hiện đã|đều đã)\s+)(?P<did>(?:cài|cai|tải|tai)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
#: words that say what was done to people, not who they are
NOT_WHO = ("được", "bị", "do", "nhờ", "bởi", "qua", "chưa", "không", "sẽ", "cần", "phải", "đã", "đang", "muốn", "để",
            "theo", "trong", "nếu", "khi", "sau", "trước", "từ", "đến", "tại", "với", "có", "hỏi", "gỡ", "xóa", "xoá",
            "%", "/", "tỷ", "tỉ", "lệ", "dự", "kiến", "đk", "thử", "lỗi", "mới", "hộ", "giúp")  # fmt: skip
#: words before `đã cài` that name nobody in particular
NOBODY = re.compile(
    r"^cong$|\b(?:ban than|ca nhan|chinh minh|khau|nguoi dan|tai khoan|thiet bi|dien thoai|di dong|thong minh|thue bao|phan mem|nguoi dung|ung dung|dia ban|khu vuc|khu pho|"
    r"ket qua|lu[iy] ke|cong don|cap nhat|thuc te|thuc hien|tat ca|bao gom|ti le|so lieu|don vi|cong dong|nhan khau|"
    r"tong cong|thi tran|thi xa|thanh pho|dan cu|so|tong|luong|luot|nguoi|ng|may|tb|dt|dtdd|dttm|smartphone|app|bluezone|"
    r"ncovi|hien|nai|nay|tren|toan|tinh|huyen|xa|phuong|thon|ap|to|ngai|ngay|thang|nam|tuan|ki|dot|hom|gio|moi|la|va|cac|"
    r"rieng|chung|khac|dan|lop|truong|quan|nuoc|sl|tt|\d+)\b"
)
HELPS_PLAIN = ("huong dan", "ho tro", "giup", "tap huan")
MOST_WORDS = 8
