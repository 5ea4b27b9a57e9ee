"""Vietnamese texts keep to one word for one meaning, to the spelling of the press, and to sentences a citizen reads
once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bluezone"
CATALOGUES = {file.stem: file for file in SOURCE.glob("**/vi/LC_MESSAGES/*.po")}
ALL = tuple(CATALOGUES)
#: what citizens read
CITIZENS = ("phone", "exposure")
#: words (syllables) that a sentence for citizens may have; and one for officers
LONGEST = {**dict.fromkeys(ALL, 31), **dict.fromkeys(CITIZENS, 26)}

#: what is not written, what is written instead, where, and why
AVOIDED = (
    (r"\w*o[àáảãạèéẻẽẹ]\b|(?<![qQ])\bu[ỳýỷỹỵ]\b", "xóa, khóa, khỏe, ủy ban", ALL, "one way to place the tone"),
    (r"(\d|\}|\)s) %(?!\()", "7,54%", ALL, "the Vietnamese press writes no space before the sign"),
    (r"[Ll]iên kết", "đường dẫn", ALL, "one word for a link"),
    (r"nhắc nhở|im lặng", "nhắc báo cáo, chưa báo cáo", ALL, "they reprimand"),
    (r"chịu cách ly", "thực hiện cách ly", ALL, "“chịu” is to suffer"),
    (r"[Ll]ắng nghe|[Nn]ghe thấy|[Đđ]ang nghe", "quét, ghi nhận, phát hiện", ALL, "it sounds like a microphone"),
    (r"lượt cài(?! đặt)", "lượt cài đặt", ALL, "one term for an installation"),
    (r"mục tiêu", "chỉ tiêu", ALL, "what an order gives is a “chỉ tiêu”"),
    (r"thủ trưởng", "người đứng đầu", ALL, "one word for the head of a unit"),
    (r"tờ thông báo", "áp phích", ALL, "one word for a poster"),
    (r"lời khai|người khai(?! báo)", "tờ khai, người khai báo", ALL, "testimony before the police"),
    (r"[Nn]ghi nhiễm|[Nn]ghi ngờ", "cần xem lại", ALL, "it suspects somebody"),
    (r"19009095", "1900 9095", ALL, "a number is read in groups"),
    (r"giả tưởng", "giả định", ALL, "science fiction"),
)  # fmt: skip


def sentences(catalogue: str) -> Iterator[tuple[str, str]]:
    """Yield the msgid and each Vietnamese text of a catalogue."""
    with CATALOGUES[catalogue].open("rb") as file:
        for message in read_po(file):
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            for text in [message.string] if isinstance(message.string, str) else message.string:
                if msgid:
                    yield msgid, text


@pytest.mark.parametrize(("pattern", "instead", "catalogues", "why"), AVOIDED, ids=[each[1] for each in AVOIDED])
def test_one_meaning_has_one_word(pattern: str, instead: str, catalogues: tuple[str, ...], why: str) -> None:
    found = [
        f"{name}: {msgid!r}: {text!r}"
        for name in catalogues
        for msgid, text in sentences(name)
        if re.search(pattern, text)
    ]
    assert not found, f"write {instead} ({why}): {found}"


@pytest.mark.parametrize("catalogue", ALL)
def test_a_sentence_can_be_read_once(catalogue: str) -> None:
    long = {
        part: len(part.split())
        for _, text in sentences(catalogue)
        for part in re.split(r"(?<=[.!?;:])\s+", text)
        if len(part.split()) > LONGEST[catalogue]
    }
    assert not long
