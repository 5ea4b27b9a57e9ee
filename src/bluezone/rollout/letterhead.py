"""Write the head and foot of an official document, as the country's package has them: who issues it, its number, who
signs (in Viet Nam by Decree 30/2020/NĐ-CP)."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

from bluezone.geography.country import country
from bluezone.geography.units import Unit

#: the longest line that fits beside the motto
LINE_LENGTH = 60
MOST_RECIPIENTS = 12
#: where the clerk writes the number that the register of documents gives
_BLANK_NUMBER = "……"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Hold what the head and foot of a document say, in the country's first language.

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
    hotline: str = field(default_factory=lambda: country().telephone.hotline)

    @property
    def issuer(self) -> str:
        """Return who issues it, in one line."""
        return self.body.replace("\n", " ")


def office_letterhead(name: str, unit: Unit) -> Letterhead:
    """Return the letterhead of an office of a unit (a department of tourism) that has not written its own."""
    above, papers, lower = default_letterhead(unit), country().papers, name.lower()
    words = [word for word in name.replace(",", " ").split() if word.lower() not in papers.little_words]
    kind = above.number.removeprefix(f"{_BLANK_NUMBER}/").partition("-")[0]
    return Letterhead(
        body="\n".join(textwrap.wrap(name.upper(), LINE_LENGTH)),
        place=above.place,
        number=f"{_BLANK_NUMBER}/{kind}-{''.join(word[0] for word in words).upper()}",
        signer=next(
            (who for start, who in papers.signers.items() if lower.startswith(f"{start} ")), papers.other_signer
        ),
        above=above.body,
        recipients=(above.issuer, papers.last_recipient),
        hotline=above.hotline,
    )


#: what a unit with a numeral for a name is called with its kind, by decree 30/2020 ("Phường I, ngày …")
_NUMERAL = re.compile(r"\d+|[IVXLC]+")


def default_letterhead(unit: Unit) -> Letterhead:
    """Return the letterhead of a unit whose office has not written its own: that of who governs it."""
    head = country().papers.heads[unit.level]
    name = unit.full_name if _NUMERAL.fullmatch(unit.name) else unit.name
    return Letterhead(
        body=head.body.format(unit=unit.full_name.upper()),
        place=head.place.format(name=name),
        number=f"{_BLANK_NUMBER}/{head.number}",
        signer=head.signer,
        signs_for=head.signs_for,
        recipients=head.recipients,
    )
