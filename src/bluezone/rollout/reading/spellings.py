# ruff: noqa: E501 - lists of words
"""List how words of headers are written otherwise than the lists of `terms` have them. No rule stands here."""

from __future__ import annotations

import re

#: Vietnamese writes a syllable's only vowel as y or as i, to taste: `tỷ lệ` and `tỉ lệ`, `kỳ` and `kì`.
Y_FOR_I = re.compile(r"\b([bcdghklmnpqrstvx]+)y\b")
#: words that differ by their signs alone from one that the lists know, and how they are compared where a text has signs:
#: `đầu mối` is no gain (mới), `chùa` (pagoda) is not `chưa` (not yet), `tầng` (floor) no `tăng` (more)
UNLIKE = {
    "mối": "mooi", "mỗi": "mooi", "mời": "mowi", "môi": "mooi", "mọi": "mooi",
    "chùa": "chufa", "chứa": "chusa", "chùi": "chufi", "tầng": "taafng", "tặng": "tawjng", "tạng": "tajng",
    "cái": "casi", "cải": "cari", "họ": "hoj", "hồ": "hoof", "hổ": "hoor", "bán": "basn", "bạn": "bajn",
    "hãng": "haxng", "giám": "giasm", "nhạc": "nhajc", "tình": "tifnh",
}  # fmt: skip
#: `Số TB di động`, `TB điện thoại`; alone `TB` is an average, a message, a veteran
SUBSCRIBERS = re.compile(
    r"\btb(?=\.? ?(?:di động|di dong|dđ|dd|đt|dt|điện thoại|dien thoai|smartphone|thông minh|3g|4g)\b)|(?:(?<=^số )|(?<=^so )|(?<=^tổng số )|(?<=^tong so ))tb$"
)
UNLIKE_WORD = re.compile(rf"\b(?:{'|'.join(UNLIKE)})\b")
#: `chua` of a text without signs is `chưa` (not yet) before what was not done; else it may be `chùa` (pagoda)
OPEN_CHUA = re.compile(
    r"\bchua\b(?! (?:cai|co|thuc hien|dat|bao cao|duoc|xong|hoan thanh|tham gia|dang k[iy]|su dung|kich hoat|lap|hoat dong|"
    r"trien khai|biet|tai ve|dong [iy]|nhan|khai bao|xac thuc|gui|nop|dung|co dt|tai|bat|tiep can|van dong|huong dan)\b)"
)
#: `Tr.đó`, `T.đó`; `tr.đ` are millions of đồng
OF_WHICH = re.compile(r"\b(?:trg?|t)\s?\.\s?đó\b|\btr đó\b|\bof which\b")
#: what a pivot table writes before the header that it sums
SUMMED_BY_PIVOT = re.compile(r"^\s*(?:sum of|total of|tổng của|sum -|tổng -)\s+")
#: with which a count is of all up to the day it is written on: `đến hôm nay`, `tính tới hết ngày hôm nay`, `đến 17h hôm nay`;
#: `hôm nay` alone is that day's
UP_TO_TODAY = re.compile(
    r"\b(?:(?:tính|tinh|kể|ke|gồm|gom)\s+(?:cả|ca)(?:\s+(?:ngày|ngay))?|(?:đến|den|tới)(?:\s+(?:hết|het|cuối|cuoi|thời điểm|thoi diem|thời|lúc|luc|giờ|gio|trưa|trua|chiều|chieu|sáng|sang|tối|"
    r"buổi|\d{1,2}\s*(?:h|g|giờ|gio)?\s*\d{0,2}|ngày|ngay|này|nay|của|trong)){0,6}|(?<!chưa )(?<!chua )(?:hết|het)(?:\s+(?:ngày|ngay))?)"
    r"\s+(?:hôm|hom)\s+(?:nay|này)\b"
)
#: how the two words that nearly every header has are often mistyped; `cài đặc` is as the South says it
MISSPELT = (
    (re.compile(r"\bca[iy] ?(?:dac(?! (?:san|biet|diem|thu))|dat|dar|datt|dats)\b"), "cai dat"),
    (re.compile(r"\b(?:blue?|bue) ?zo+(?:n|m|nn)?e?s?\b|\bbluze?one?\b|\bblurzone\b|\bbluezon\b"), "bluezone"),
    (re.compile(r"\bblz\b"), "bluezone"),
    (re.compile(r"^(?:so )?tv(?= (?:htx )?(?:co|da|cai|chua)\b)"), "thanh vien"),
    (re.compile(r"\btb(?= (?:da |duoc )*(?:cai|tai)\b)"), "thiet bi"),
    (re.compile(r"\b(bo|ba|cha|vo) slash (?=(?:me|ma|chong)\b)"), r"\1 "),
    (re.compile(r"\bxa vien\b"), "hoi vien"),  # of a cooperative, no commune
    #: who works for a commune without being its official does nothing with an app by that
    (re.compile(r"\b(?:nguoi |can bo )?hoat dong (?:khong|ban) chuyen trach\b"), "can bo khong chuyen trach"),
    #: `người nhà` alone are those of patients
    (
        re.compile(
            r"\bnguoi nha (?:cua )?(?=(?:can bo|cb|cbnv|cbcnv|cbvc|cnv|nv|nhan vien|giao vien|gv|cong nhan|lao dong|"
            r"nld|cnld|cong chuc|vien chuc|chien si|cbcs|doan vien|hoi vien|dang vien)\b)"
        ),
        "nguoi than ",
    ),
)
NUMBERING = re.compile(r"\(?\s*\d{1,2}\s*\)?\s*=\s*[\d\s()/+*x×:.%-]+|^\(\s*\d{1,2}\s*\)$|\(\s*\d{1,2}\s*\)\s*$")
TOTAL_START = re.compile(r"(tong|tong cong|tong so|cong|toan|tong so toan|cong toan)( so| cong)?( toan| ca)? "
                          r"(tinh|huyen|xa|thanh pho|tp|quan|thi xa|tx|phuong|thi tran|truong|khoi|khu|cum|nganh|nhom|"
                          r"muc|phan|[ivx]+|[abc]|\d+)\b(?P<rest>.*)")  # fmt: skip
