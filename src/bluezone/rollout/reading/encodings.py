"""Decode texts as Vietnamese offices still write them: UTF-8, UTF-16, Windows-1258, TCVN3 (ABC), VNI, and letters of
the TCVN3 and VNI fonts that a spreadsheet keeps as Latin ones.

The table of TCVN3 is that of TCVN 5712:1993, character set VN3. A font of capitals (.VnTimeH) draws the same codes as
capitals, so that a title in capitals comes out with small toned letters; nothing here depends on case. VNI (Windows)
writes a tone as a letter of its own behind the vowel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bluezone.errors import N_
from bluezone.rollout.reading.errors import TableError

_CODES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ "
    "CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở "
    "ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
#: byte -> letter
TCVN3 = {int(entry[:2], 16): entry[2] for entry in _CODES.split()}
#: words that stand in nearly every form, with their signs
_COMMON = frozenset(
    [
        "đơn",
        "vị",
        "số",
        "người",
        "cài",
        "đặt",
        "tỉnh",
        "huyện",
        "xã",
        "phường",
        "thị",
        "trấn",
        "tỷ",
        "lệ",
        "tỉ",
        "dân",
        "tổng",
        "cộng",
        "ngày",
        "kết",
        "quả",
        "ứng",
        "dụng",
        "thành",
        "phố",
        "địa",
        "phương",
        "lượt",
        "đến",
        "ghi",
        "chú",
        "ban",
        "nhân",
        "ủy",
        "uỷ",
        "báo",
        "cáo",
        "biểu",
        "hợp",
        "điện",
        "thoại",
        "thông",
        "minh",
        "học",
        "sinh",
        "lớp",
        "trường",
        "công",
        "ty",
        "máy",
        "được",
        "đã",
        "có",
        "của",
        "và",
        "các",
        "quận",
        "khu",
        "vực",
        "ấp",
        "thôn",
        "giáo",
        "viên",
        "phụ",
        "huynh",
        "đạt",
        "tháng",
        "năm",
    ]
)
_WORDS = re.compile(r"[^\W\d_]+")


def decode(data: bytes) -> tuple[str, str]:
    """Return a text and the name of its encoding. Raises TableError for what is no text."""
    for encoding, text in _candidates(data):
        if "\0" not in text and not _has_controls(text):
            return text, encoding
    raise TableError(N_("the file is not text: save it as CSV in UTF-8, or as XLSX"))


def _candidates(data: bytes) -> list[tuple[str, str]]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded(data, ("utf-16",))
    sample = data[:2_000]
    if len(sample) > 3 and sample[1::2].count(0) > len(sample) // 6:
        return _decoded(data, ("utf-16-le",))
    if len(sample) > 3 and sample[::2].count(0) > len(sample) // 6:
        return _decoded(data, ("utf-16-be",))
    if found := _decoded(data, ("utf-8-sig",)):
        return [("utf-8", from_font(found[0][1]))]
    legacy = [*_decoded(data, ("cp1258",)), ("tcvn3", from_tcvn3(data)), ("vni", from_vni(data.decode("latin-1")))]
    return sorted(legacy, key=lambda each: -vietnamese(each[1]))


def _decoded(data: bytes, encodings: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for encoding in encodings:
        try:
            found.append((encoding, unicodedata.normalize("NFC", data.decode(encoding))))
        except UnicodeDecodeError:
            continue
    return found


def _has_controls(text: str) -> bool:
    return any(sign < " " and sign not in "\t\n\r\f\v" for sign in text[:5_000])


def from_tcvn3(data: bytes) -> str:
    """Return bytes of TCVN3 as text; bytes of no letter stay what they are in Latin-1."""
    return "".join(TCVN3.get(byte, chr(byte)) for byte in data)


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
    upper = base.isupper()
    letter = _VNI_ALONE.get(base.lower(), base.lower())
    if mark in _TONES:
        letter += _TONES[mark]
    elif mark in _CIRCUMFLEX:
        letter += f"\u0302{_CIRCUMFLEX[mark]}"
    elif mark:
        letter += f"\u0306{_BREVE[mark]}"
    letter = unicodedata.normalize("NFC", letter)
    return letter.upper() if upper else letter


def from_font(text: str) -> str:
    """Return a text in true letters if it was written for a TCVN3 or a VNI font: `§¬n vÞ` and `Ñôn vò` are `Đơn vị`."""
    written = font_of(text)
    return written(text) if written else text


def font_of(text: str) -> Callable[[str], str] | None:
    """Return what turns a text into true letters, None where it is in these."""
    best, most = None, vietnamese(text)
    for written in (font_letters, vni_letters):
        if (found := vietnamese(written(text))) > most:
            best, most = written, found
    return best


def vni_letters(text: str) -> str:
    """Return a text that a VNI font showed in true letters; one that has letters of Unicode was never shown so."""
    return text if any("\u0100" <= sign <= "\u1fff" for sign in text) else from_vni(text)


def font_letters(text: str) -> str:
    """Return a text that a TCVN3 font showed in true letters; one that has letters of Unicode was never shown so."""
    if any("\u0100" <= sign <= "\u1fff" and sign != "\u03bc" for sign in text):
        return text
    written = text.replace("\u03bc", "\xb5")  # composing makes a Greek letter of the micro sign
    return "".join(TCVN3.get(ord(sign), sign) for sign in written)


def vietnamese(text: str) -> int:
    """Return how many of a text's words are Vietnamese ones that stand in forms, signs and all."""
    words = _WORDS.findall(unicodedata.normalize("NFC", text[:20_000]).lower())
    return sum(word in _COMMON and not word.isascii() for word in words)
