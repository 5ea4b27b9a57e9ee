"""Decode texts as offices write them: UTF-8, UTF-16, Windows-1258 and -1252, TCVN3 (ABC), VNI; and turn letters that a
workbook keeps for a TCVN3 or VNI font into true ones. Pure.

The table of TCVN3 is that of TCVN 5712:1993, character set VN3. A font of capitals (.VnTimeH) draws the same codes as
capitals, so that a title in capitals comes out with small toned letters; nothing here depends on case. VNI (Windows)
writes a tone as a letter of its own behind the vowel. A guesser by statistics (charset-normalizer) knows neither; which
of these few it is, Vietnamese words decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bluezone.errors import N_
from bluezone.spreadsheets.errors import TableError

_CODES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ "
    "CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở "
    "ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
#: byte -> letter
TCVN3 = {int(entry[:2], 16): entry[2] for entry in _CODES.split()}
#: words that stand in nearly every form, with their signs
_OF_FORMS = (
    "đơn vị số người cài đặt tỉnh huyện xã phường thị trấn tỷ lệ tỉ dân tổng cộng ngày kết quả ứng dụng thành phố "
    "địa phương lượt đến ghi chú nhân ủy uỷ báo cáo biểu hợp điện thoại học lớp trường công máy được đã có của và "
    "các quận vực ấp thôn giáo viên phụ đạt tháng năm"
)
_COMMON = frozenset(_OF_FORMS.split())
_WORDS = re.compile(r"[^\W\d_]+")


def decode(data: bytes) -> tuple[str, str]:
    """Return a text and the name of its encoding. Raises TableError for what is no text."""
    even, odd = data[:2_000:2].count(0), data[1:2_000:2].count(0)
    encoding = "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif max(even, odd) > len(data[:2_000]) // 6:
        encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = unicodedata.normalize("NFC", data.decode(encoding))
        candidates = [(encoding.removesuffix("-sig"), from_font(text))]
    except UnicodeDecodeError:
        latin = data.decode("latin-1")
        candidates = [
            ("cp1252", data.decode("cp1252", "replace")),
            ("cp1258", unicodedata.normalize("NFC", data.decode("cp1258", "replace"))),
            ("tcvn3", from_tcvn3(latin)),
            ("vni", from_vni(latin)),
        ]
        candidates.sort(key=lambda each: -vietnamese(each[1]))
    for encoding, text in candidates:
        if not any(sign < " " and sign not in "\t\n\r\f\v" for sign in text[:5_000]) and "\0" not in text:
            return text, encoding
    raise TableError(N_("the file is not text: save it as CSV in UTF-8, or as XLSX"))


def from_tcvn3(text: str) -> str:
    """Return a text that a TCVN3 font showed in true letters; composing makes a Greek letter of its micro sign."""
    return "".join(TCVN3.get(ord(sign), sign) for sign in text.replace("\u03bc", "\xb5"))


def from_vni(text: str) -> str:
    """Return a text that a VNI font showed in true letters: `Xaõ Thuaän Höng` is `Xã Thuận Hưng`."""
    return _VNI_PAIR.sub(_vni_letter, text)


_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_CIRCUMFLEX = dict(zip("âáàåãä", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_BREVE = dict(zip("êéèúüë", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
#: letters that stand alone
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile(
    r"[aA][âáàåãäêéèúüëÂÁÀÅÃÄÊÉÈÚÜË]|[eEoO][âáàåãäÂÁÀÅÃÄ]|[aAeEoOuUyYôÔöÖ][ùøûõïÙØÛÕÏ]|[ôÔöÖñÑæÆóÓòÒîÎ]"
)


def _vni_letter(found: re.Match[str]) -> str:
    base, mark = found[0][0], found[0][1:].lower()
    letter = _VNI_ALONE.get(base.lower(), base.lower())
    if mark in _TONES:
        letter += _TONES[mark]
    elif mark in _CIRCUMFLEX:
        letter += f"\u0302{_CIRCUMFLEX[mark]}"
    elif mark:
        letter += f"\u0306{_BREVE[mark]}"
    letter = unicodedata.normalize("NFC", letter)
    return letter.upper() if base.isupper() else letter


def from_font(text: str) -> str:
    """Return a text in true letters if it was written for a TCVN3 or a VNI font: `§¬n vÞ` and `Ñôn vò` are `Đơn vị`."""
    written = font_of(text)
    return written(text) if written else text


def font_of(text: str) -> Callable[[str], str] | None:
    """Return what turns a text into true letters, None where it is in these."""
    if any("\u0100" <= sign <= "\u1fff" and sign != "\u03bc" for sign in text):
        return None  # letters that no old font showed
    best, most = None, vietnamese(text)
    for written in (from_tcvn3, from_vni):
        if (found := vietnamese(written(text))) > most:
            best, most = written, found
    return best


def vietnamese(text: str) -> int:
    """Return how many of a text's words are Vietnamese ones that stand in forms, signs and all."""
    words = _WORDS.findall(unicodedata.normalize("NFC", text[:20_000]).lower())
    return sum(word in _COMMON and not word.isascii() for word in words)
