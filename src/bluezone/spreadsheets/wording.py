"""Name the roles of columns, in the words that page and command share."""

from __future__ import annotations

from bluezone.errors import N_
from bluezone.spreadsheets.roles import IGNORE

LABELS = {
    "unit": N_("name of the unit"),
    "parent": N_("unit above it"),
    "code": N_("code of the unit"),
    "day": N_("day"),
    "installs": N_("installations in all"),
    "gain": N_("gain since the last figure"),
    "active": N_("active phones"),
    "with_phone": N_("with a telephone number"),
    "percent_population": N_("share of the people"),
    "percent_smartphones": N_("share of the smartphones"),
    "headcount": N_("number of people"),
    "smartphones": N_("number of smartphones"),
    "adults": N_("number of adults"),
    "measure": N_("what is counted"),
    "rank": N_("rank"),
    "target": N_("target"),
    "target_percent": N_("target as a share of the people"),
    "responsible": N_("who answers for it"),
    "indicator": N_("which figure the row holds"),
    "value": N_("the figure"),
    "sector": N_("sector"),
    "families": N_("whether families are counted"),
    "head": N_("who heads the unit"),
    "holder": N_("unit that it is part of"),
    "name": N_("name of the person"),
    "birth": N_("year or day of birth"),
    "age": N_("age"),
    "sex": N_("sex"),
    "male": N_("male: a tick, or the year of birth"),
    "female": N_("female: a tick, or the year of birth"),
    "telephone": N_("telephone number"),
    "document": N_("document number"),
    "address": N_("address"),
    "occupation": N_("occupation"),
    "pseudonym": N_("pseudonym"),
    "index": N_("whose contact it is"),
    "met": N_("days of contact"),
    "relation": N_("relation"),
    "setting": N_("where they met"),
    "symptoms": N_("symptoms"),
    "file_number": N_("file number"),
    "onset": N_("first symptoms"),
    "tested": N_("day of the test"),
    "result": N_("result"),
    "language": N_("language"),
    "remark": N_("remark"),
    "source": N_("source"),
    IGNORE: N_("not this"),
}
#: why a row of totals is not stored, one whose unit nobody knows, and one of nobody
TOTALS = N_("a row of totals")
NO_UNIT = N_("no unit is called “{text}”: choose one, or give the code of an organisation")
NOBODY = N_("nothing says who it is: give a name, a telephone number, a document number or the number of the file")
#: heads of the tables that a command prints, and its lines of a row that is not stored or in doubt
COLUMN_HEADS = (N_("header"), N_("taken for"), N_("day"), N_("first values"), N_("because of"))
ROW_HEADS = (N_("as written"), N_("unit"), N_("figures"))
LEFT_OUT = N_("line {line}, “{written}”, is left out: {why}")
PROBLEM, PROBLEM_OF_ROW = N_("line {line}, {column}: {why}"), N_("line {line}: {why}")
MORE_LINES = N_("and {count} lines more, of the same kinds: `bluezone rollout read FILE --json` lists every one")
