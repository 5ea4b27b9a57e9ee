"""Write the head and foot of an official document after Decree 30/2020/NĐ-CP: who issues it, its number, who signs."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from bluezone.geography.units import Level, Unit

#: what Decree 30/2020 puts on top of every document, and the same for a reader of English
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
MOTTO_ENGLISH = ("SOCIALIST REPUBLIC OF VIET NAM", "Independence - Freedom - Happiness")
#: the longest line that fits beside the motto
LINE_LENGTH = 60
MOST_RECIPIENTS = 12
#: the Ministry of Health's line for questions about COVID-19 in 2020
HOTLINE = "1900 9095"
#: where the clerk writes the number that the register of documents gives
_BLANK_NUMBER = "……"

_RECIPIENTS = {
    Level.NATION: ("Thủ tướng Chính phủ", "UBND các tỉnh, thành phố trực thuộc Trung ương", "Lưu: VT"),
    Level.PROVINCE: (
        "Bộ Y tế",
        "Bộ Thông tin và Truyền thông",
        "Các sở, ban, ngành, đoàn thể",
        "Đơn vị trực thuộc",
        "Lưu: VT",
    ),
    Level.DISTRICT: ("UBND tỉnh", "Các phòng, ban, đoàn thể", "UBND các xã, phường, thị trấn", "Lưu: VT"),
    Level.COMMUNE: ("Cấp trên trực tiếp", "Các ấp, khu vực, tổ dân phố", "Lưu: VT"),
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Hold what the head and foot of a document say, in Vietnamese.

    `above` is the body that the issuing one belongs to (a department's People's Committee; a People's Committee has
    none). `number` is the document's own, such as `123/BC-UBND`; the part before the slash may be left to the clerk.
    `signs_for` and `signer` stand over the signature: `TM. ỦY BAN NHÂN DÂN`, `CHỦ TỊCH`. No person is named: who signs
    writes the name.
    """

    body: str
    place: str
    number: str
    signer: str
    above: str = ""
    signs_for: str = ""
    recipients: tuple[str, ...] = ()
    #: the number that readers call with questions, as printed on posters
    hotline: str = HOTLINE

    @property
    def issuer(self) -> str:
        """Return who issues it, in one line."""
        return self.body.replace("\n", " ")


#: who signs for an office, by the word its name begins with
_SIGNERS = {"sở": "GIÁM ĐỐC", "phòng": "TRƯỞNG PHÒNG", "ban": "TRƯỞNG BAN", "bộ chỉ huy": "CHỈ HUY TRƯỞNG"}
#: words of a name that are not in its sign
_LITTLE_WORDS = {"và", "của", "các", "-"}


def office_letterhead(name: str, unit: Unit) -> Letterhead:
    """Return the letterhead of an office of a unit (a department of tourism) that has not written its own."""
    above = default_letterhead(unit)
    words = [word for word in name.replace(",", " ").split() if word.lower() not in _LITTLE_WORDS]
    lower = name.lower()
    return Letterhead(
        body="\n".join(textwrap.wrap(name.upper(), LINE_LENGTH)),
        place=above.place,
        number=f"{_BLANK_NUMBER}/BC-{''.join(word[0] for word in words).upper()}",
        signer=next((signer for start, signer in _SIGNERS.items() if lower.startswith(f"{start} ")), "THỦ TRƯỞNG"),
        above=above.body,
        recipients=(above.issuer, "Lưu: VT"),
        hotline=above.hotline,
    )


#: what a unit with a numeral for a name is called with its kind, by decree 30/2020 ("Phường I, ngày …")
_NUMERAL = re.compile(r"\d+|[IVXLC]+")


def default_letterhead(unit: Unit) -> Letterhead:
    """Return the letterhead of a unit whose office has not written its own: that of its People's Committee."""
    if unit.level is Level.NATION:
        return Letterhead(
            "BỘ Y TẾ", "Hà Nội", f"{_BLANK_NUMBER}/BC-BYT", "BỘ TRƯỞNG", recipients=_RECIPIENTS[unit.level]
        )
    return Letterhead(
        body=f"ỦY BAN NHÂN DÂN\n{unit.full_name.upper()}",
        place=unit.full_name if _NUMERAL.fullmatch(unit.name) else unit.name,
        number=f"{_BLANK_NUMBER}/BC-UBND",
        signer="CHỦ TỊCH",
        signs_for="TM. ỦY BAN NHÂN DÂN",
        recipients=_RECIPIENTS[unit.level],
    )
