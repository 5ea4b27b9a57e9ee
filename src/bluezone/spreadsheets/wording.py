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
    "remark": N_("remark"),
    "source": N_("source"),
    IGNORE: N_("not this"),
}
#: why a row of totals is not stored, and one whose unit nobody knows
TOTALS = N_("a row of totals")
NO_UNIT = N_("no unit is called “{text}”: choose one, or give the code of an organisation")
#: heads of the tables that a command prints, and its line of a row that is not stored
COLUMN_HEADS = (N_("header"), N_("taken for"), N_("day"), N_("first values"), N_("because of"))
ROW_HEADS = (N_("as written"), N_("unit"), N_("figures"))
LEFT_OUT = N_("line {line}, “{written}”, is left out: {why}")
