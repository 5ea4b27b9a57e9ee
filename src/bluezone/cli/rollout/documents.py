"""Define `bluezone rollout bulletin` and `poster`: what goes out to people."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, command
from bluezone.cli.parameters import NEW_FILE
from bluezone.cli.rollout.common import DATE, SHARE, Counts, find_unit, read_counts
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.bulletin import Wanted, compose
from bluezone.rollout.documents import Poster, bulletin_pdf, poster_pdf
from bluezone.rollout.ranking import printed_ranks
from bluezone.rollout.report import Assigned, Report, compose_report, equal_targets
from bluezone.rollout.report_words import short_message
from bluezone.rollout.sectors import ENTROPY_BYTES, make_code, read_code
from bluezone.rollout.series import choose_all
from bluezone.rollout.workbooks import report_xlsx

DocumentLanguage = Annotated[Language, Opt("Of the document.")]


@command("bulletin")
def bulletin_command(
    *,
    unit_name: Annotated[str, Opt('The jurisdiction: "Hậu Giang", "Việt Nam".', "--unit")],
    date: Annotated[dt.date, Opt("The day of the bulletin.", type=DATE)],
    out: Annotated[
        tuple[Path, ...], Opt("FILE.pdf, FILE.xlsx or FILE.txt (for Zalo); may be repeated.", type=NEW_FILE)
    ] = (),
    base_date: Annotated[dt.date | None, Opt("Tell the gain and the movement since this day.", type=DATE)] = None,
    target: Annotated[Fraction | None, Opt("The share to reach, such as 30%.", type=SHARE)] = None,
    deadline: Annotated[dt.date | None, Opt("The deadline of the target.", "--by", type=DATE)] = None,
    language: DocumentLanguage = Language.VIETNAMESE,
    counts: Counts = None,
) -> None:
    """Write the day's report: total, gain, rank, every part with its target and pace, praise and lag, the curve.

    Without --out, the text for Zalo is printed.
    """
    if (target is None) != (deadline is None):
        raise CommandError("--target and --by go together")
    if base_date is not None and base_date >= date:
        raise CommandError(f"the base date {base_date} is not before {date}")
    unit = find_unit(unit_name, date)
    # The parts of a province are districts or communes, which the gazetteer of provinces does not know.
    gazetteer = catalogue.provinces() if unit.level is Level.NATION else catalogue.all_units()
    wanted = Wanted(base_date=base_date, target=target, deadline=deadline)
    known = read_counts(counts, date)
    series, around, printed = choose_all(known, date), gazetteer.around(unit, date), printed_ranks(known, date)
    bulletin = compose(unit, date, series, around, catalogue.figures(), wanted, printed)
    asked = equal_targets(bulletin.parts, target, catalogue.figures(), date) if target is not None else {}
    made = compose_report(bulletin, series, catalogue.figures(), Assigned(targets=asked))
    for file in out:
        _write(file, _rendered(made, file, language))
        click.echo(str(file))
    if not out:
        click.echo(short_message(made, language), nl=False)


def _rendered(made: Report, file: Path, language: Language) -> bytes:
    match file.suffix.lower():
        case ".pdf":
            return bulletin_pdf(made, language)
        case ".xlsx":
            return report_xlsx(made, language)
        case ".txt":
            return short_message(made, language).encode()
        case _:
            raise CommandError(f"{file}: a bulletin is made as .pdf, .xlsx or .txt")


@command("poster")
def poster_command(
    *,
    unit: Annotated[str, Opt('Who hangs it up: "Trường THPT Vị Thanh".')],
    above: Annotated[str, Opt('Where that is: "Thành phố Vị Thanh, tỉnh Hậu Giang".')] = "",
    url: Annotated[str, Opt("The address for installs; the unit's code is put at its end.")],
    code: Annotated[str | None, Opt("The unit's code; without it, a new one is made.")] = None,
    issuer: Annotated[str, Opt('Who issues it: "UBND xã Vị Trung".')] = "",
    hotline: Annotated[str | None, Opt("Whom to call with questions; the ministry's line without it.")] = None,
    date: Annotated[dt.date | None, Opt("The date of the document; default: today.", type=DATE)] = None,
    out: Annotated[Path, Opt("FILE.pdf", type=NEW_FILE)],
    language: DocumentLanguage = Language.VIETNAMESE,
) -> Answer:
    """Draw a poster (A4, PDF) with a QR code that counts installs for a unit."""
    if out.suffix.lower() != ".pdf":
        raise CommandError(f"{out}: a poster is made as .pdf")
    own = read_code(code) if code else make_code(secrets.token_bytes(ENTROPY_BYTES))
    address = f"{url.rstrip('/')}/{own}"
    poster = Poster(
        unit=unit, above=above, code=own, url=address, issuer=issuer, hotline=hotline or country().telephone.hotline
    )
    today = dt.datetime.now(dt.UTC).date()  # noqa: TID251 - the edge: a paper made by hand bears the day's date
    _write(out, poster_pdf(poster, date or today, language))
    facts = {"unit": unit, "code": own, "url": poster.url, "file": str(out)}
    return Answer(facts, f"{out}: code {own}, {poster.url}")


def _write(file: Path, data: bytes) -> None:
    """Write the whole file or none."""
    if not file.parent.is_dir():
        raise CommandError(f"{file.parent}: there is no such folder")
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as partial:
        partial.write(data)
    mask = os.umask(0)
    os.umask(mask)
    Path(partial.name).chmod(0o666 & ~mask)
    Path(partial.name).replace(file)
