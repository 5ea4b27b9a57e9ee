"""Word the questions that a file leaves open, each with its choices. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.units import Unit
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.days import Said
from bluezone.rollout.reading.meanings import GROUPS, MEANINGS, meaning_of, people_of
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.results import Choice, Question, Saying, saying
from bluezone.rollout.reading.roles import LEAVE_OUT, Role
from bluezone.rollout.reading.vocabulary import Guess

__all__ = ["LEAVE_OUT"]

_SAID = {
    Said.AS_OF: N_("{date}, as the title says: “{text}”"),
    Said.TITLE: N_("{date}, named in a title: “{text}”"),
    Said.SHEET: N_("{date}, named by the sheet: “{text}”"),
    Said.FILE: N_("{date}, named by the file: “{text}”"),
    Said.SIGNED: N_("{date}, the day of the signature: “{text}”"),
    Said.LOOSE: N_("{date}, as may be meant by “{text}”"),
    Said.LETTER: N_("{date}, the day of a letter: “{text}”"),
}
_LONGEST = 80


def of_date(choices: Sequence[tuple[dt.date, Said, str]], key: str = "date") -> Question:
    """Ask of which day figures are."""
    text = saying(N_("Of which day are the figures?"))
    options = [
        Choice(date.isoformat(), saying(_SAID[said], date=date, text=shortened(line)))
        for date, said, line in choices
        if said in _SAID
    ]
    return Question(key, text, tuple(options), free="date")


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def of_order(examples: Sequence[str]) -> Question:
    """Ask in which order dates write day and month, where they contradict each other or what stands around them."""
    text = saying(N_("Day and month of dates may be exchanged ({examples}): how are they written?"),
                  examples=", ".join(dict.fromkeys(examples))[:_LONGEST])  # fmt: skip
    return Question(
        "date-order",
        text,
        (
            Choice("day", saying(N_("day first, as they stand"))),
            Choice("exchanged", saying(N_("day first, but the program exchanged day and month of those it knew"))),
            Choice("month", saying(N_("month first"))),
        ),
    )


def of_flow(header: str, key: str = "flow") -> Question:
    """Ask whether a column counts all installations up to a day, or those added."""
    return Question(
        key,
        saying(N_("Does “{header}” count all installations up to the day, or only those added since?"), header=header),
        (
            Choice("cumulative", saying(N_("all up to the day"))),
            Choice("increase", saying(N_("only those added on the day or in the period"))),
        ),
    )


def of_installs(roles: Sequence[Role], key: str = "installs", *, several: bool = False) -> Question:
    """Ask which column holds the installations; `several`: each says that it does, perhaps of different people."""
    options = [
        Choice(
            role.letters,
            saying(
                N_("column {column}: “{header}” ({values})"),
                column=role.letters,
                header=role.column.header or "–",
                values=", ".join(first_values(role)),
            ),
        )
        for role in roles
    ]  # fmt: skip
    text = saying(N_("Which column holds all installations up to the day?"))
    if several:
        options.append(Choice(BOTH, saying(N_("each of them, of different people"))))
    return Question(key, text, (*options, Choice(LEAVE_OUT, saying(N_("none of them")))))


#: what the second number of `45/50` may be
SECONDS = (words.HEADCOUNT, words.POPULATION, words.SMARTPHONES, words.TARGET)


def of_pair(role: Role, example: str) -> Question:
    """Ask what the two numbers of a cell are."""
    options = [
        Choice(kind, saying(N_("the first: installations; the second: {meaning}"), meaning=saying(MEANINGS[kind])))
        for kind in SECONDS
    ]
    options.append(Choice(LEAVE_OUT, saying(N_("something else: leave the column out"))))
    text = saying(N_("What are the two numbers of a cell of column {column} (“{header}”), such as “{example}”?"),
                  column=role.letters, header=role.column.header, example=example)  # fmt: skip
    return Question(f"pair:{role.letters}", text, tuple(options))


def of_one(roles: Sequence[Role], meaning: Saying) -> Question:
    """Ask which of several columns of one kind holds."""
    options = [
        Choice(
            role.letters,
            saying(N_("column {column}: “{header}” ({values})"), column=role.letters, header=role.column.header,
                   values=", ".join(first_values(role))),
        )
        for role in roles
    ]  # fmt: skip
    text = saying(
        N_("Several columns give the same ({meaning}), with other numbers: which one holds?"), meaning=meaning
    )
    return Question(f"which:{roles[0].letters}", text, (*options, Choice(LEAVE_OUT, saying(N_("none of them")))))


#: the answer that takes each of several columns, of the people that its header names
BOTH = "both"


def of_sum(had: Role, added: Role) -> Question:
    """Ask whether those who had the app and those who installed it make all installations together."""
    return Question(
        "sum",
        saying(N_("Do “{had}” (column {column}) and “{added}” (column {other}) make all installations together?"),
               had=had.column.header, column=had.letters, added=added.column.header, other=added.letters),
        (
            Choice("both", saying(N_("yes: all installations are their sum"))),
            Choice("first", saying(N_("no: column {column} holds all of them already"), column=had.letters)),
            Choice(LEAVE_OUT, saying(N_("neither: leave column {column} out"), column=had.letters)),
        ),
    )  # fmt: skip


def of_groups(roles: Sequence[Role]) -> Question:
    """Ask what columns count that name people only."""
    text = saying(N_("What do columns {columns} (“{header}”, …) count of these people? First values: {values}."),
                  columns=", ".join(role.letters for role in roles), header=roles[0].column.header,
                  values=", ".join(first_values(roles[0])))  # fmt: skip
    kinds = (words.INSTALLS, words.WITH_PHONE, words.HEADCOUNT, words.ASKED)
    options = [Choice(kind, saying(MEANINGS[kind])) for kind in kinds]
    return Question(
        "groups", text, (*options, Choice(LEAVE_OUT, saying(N_("something else: leave these columns out"))))
    )


#: what people who stand over a column that nothing else explains may have done
_DONE = (words.HEADCOUNT, words.INSTALLS, words.WITH_PHONE, words.ASKED, words.HAD, words.HELPED, words.REFUSED)


def of_doings(role: Role, of: str, sheet: str) -> Question:
    """Ask what a column counts of people, where its header says only of whom."""
    key = f"column:{sheet}!{role.letters}" if sheet else f"column:{role.letters}"
    text = saying(N_("What does column {column} (“{header}”) count? Its first values are {values}."),
                  column=role.letters, header=role.column.header, values=", ".join(first_values(role)))  # fmt: skip
    doubt = role.guess.doubt
    kinds = (doubt,) if doubt == words.SMARTPHONES else tuple(dict.fromkeys((doubt, *_DONE) if doubt else _DONE))
    options = [Choice(f"{kind}:{of}" if of else kind, meaning_of(kind, of)) for kind in kinds]
    return Question(key, text, (*options, Choice(LEAVE_OUT, saying(N_("something else: leave the column out")))))


def of_whole(role: Role, sheet: str) -> Question:
    """Ask of whom a column counts all, of whom those who installed it are a part."""
    text = saying(N_("What does column {column} (“{header}”) count? Its first values are {values}."),
                  column=role.letters, header=role.column.header, values=", ".join(first_values(role)))  # fmt: skip
    kinds = (words.POPULATION, words.HEADCOUNT, f"{words.HEADCOUNT}:staff", words.SMARTPHONES)
    options = [Choice(kind, meaning_of(kind.partition(":")[0], kind.partition(":")[2])) for kind in kinds]
    leave = Choice(LEAVE_OUT, saying(N_("something else: leave the column out")))
    return Question(f"column:{sheet}!{role.letters}", text, (*options, leave))


#: what a column may count whose numbers contradict that it counts all installations
_INSTEAD = (
    words.INSTALLS,
    words.INCREASE,
    words.WITH_PHONE,
    "installs:staff",
    words.POPULATION,
    words.SMARTPHONES,
    words.TARGET,
)


def of_contradicted(role: Role, text: Saying, sheet: str) -> Question:
    """Ask what a column counts whose numbers contradict its header, as `text` says."""
    key = f"column:{sheet}!{role.letters}" if sheet else f"column:{role.letters}"
    kinds = _INSTEAD if not role.of else tuple(f"{kind}:{role.of}" for kind in (*_INSTEAD[:3], words.HEADCOUNT))
    options = [Choice(kind, meaning_of(kind.partition(":")[0], kind.partition(":")[2])) for kind in kinds]
    return Question(key, text, (*options, Choice(LEAVE_OUT, saying(N_("something else: leave the column out")))))


def of_few_phones(role: Role, text: Saying, sheet: str) -> Question:
    """Ask what a column of smartphones counts that has fewer than the installations beside it, as `text` says."""
    key = f"column:{sheet}!{role.letters}" if sheet else f"column:{role.letters}"
    kinds = [f"{kind}:{role.of}" if role.of else kind for kind in (words.SMARTPHONES, words.HEADCOUNT)]
    options = [Choice(kind, meaning_of(kind.partition(":")[0], role.of)) for kind in kinds]
    return Question(key, text, (Choice(LEAVE_OUT, saying(N_("something else: leave the column out"))), *options))


def of_measure(role: Role, said: Guess, title: str, key: str) -> Question:
    """Ask what columns count that are headed with days only, where the title may say it."""
    text = saying(N_("What does column {column} (“{header}”) count under the title “{title}”? First values: {values}."),
                  column=role.letters, header=role.column.header, title=shortened(title),
                  values=", ".join(first_values(role)))  # fmt: skip
    kinds = [said.doubt or said.kind, words.INSTALLS, words.WITH_PHONE, words.INCREASE]
    kinds[:1] = _SHARED if said.kind in words.SHARES else kinds[:1]
    told = [f"{kind}:{said.of}" if said.of and kind not in words.SHARES else kind for kind in kinds]
    options = [
        Choice(each, meaning_of(each.partition(":")[0], each.partition(":")[2]))
        for each in dict.fromkeys(told)
        if each.partition(":")[0] not in {words.UNKNOWN, words.MISSING}
    ]
    return Question(key, text, (*options, Choice(LEAVE_OUT, saying(N_("something else: leave the column out")))))


def of_whom(of: str, title: str, key: str) -> Question:
    """Ask of whom a table counts, where a title, the sheet or the file names people or households."""
    text = saying(N_("Of whom does the table count, where “{title}” stands?"), title=shortened(title))
    options = [Choice(of, people_of(of))] if of else []
    return Question(key, text, (*options, *_EVERYBODY_OR_NOBODY))


NCOVI, BLUEZONE = "ncovi", "bluezone"


def of_app(title: str, key: str, *, two: bool = True) -> Question:
    """Ask which app a table counts under a title that names both (`two`), or another one."""
    if not two:
        text = saying(N_("Which app does the table count, where “{title}” stands?"), title=shortened(title))
        return Question(key, text, (
            Choice(LEAVE_OUT, saying(N_("another app: leave these columns out"))),
            Choice(BLUEZONE, saying(N_("Bluezone"))),
            Choice(NCOVI, saying(N_("NCOVI alone"))),
        ))  # fmt: skip
    text = saying(N_("Which app does the table count, where “{title}” names both?"), title=shortened(title))
    return Question(key, text, (
        Choice(BLUEZONE, saying(N_("Bluezone alone"))),
        Choice(NCOVI, saying(N_("NCOVI alone"))),
        Choice(LEAVE_OUT, saying(N_("both together: leave these columns out"))),
    ))  # fmt: skip


def of_few(whole: Role) -> Question:
    """Ask of whom a table counts, where far more people live in its places than it counts in all."""
    text = saying(N_("Of whom does the table count? Far more people live there than column {whole} (“{header}”) says."),
                  whole=whole.letters, header=whole.column.header)  # fmt: skip
    options = [Choice(group, saying(name)) for group, name in GROUPS.items() if group != words.RESIDENTS]
    return Question("whom", text, (*options, *_EVERYBODY_OR_NOBODY))


_EVERYBODY_OR_NOBODY = (
    Choice(words.RESIDENTS, saying(N_("everybody who lives there"))),
    Choice(LEAVE_OUT, saying(N_("others, households or things: leave these columns out"))),
)


_SHARED = [words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES, words.PERCENT_OTHER]


def of_people(roles: Sequence[Role], key: str) -> Question:
    """Ask which column of a list holds how many people there are, or the target."""
    options = [
        Choice(role.letters, saying(N_("column {column}: “{header}”"), column=role.letters, header=role.column.header))
        for role in roles
    ]
    options.append(Choice(LEAVE_OUT, saying(N_("none of them"))))
    text = saying(N_("Which column holds how many people there are?"))
    if key == "target":
        text = saying(N_("Which column holds the target?"))
    return Question(key, text, tuple(options))


def first_values(role: Role, most: int = 3) -> tuple[str, ...]:
    """Return the first values of a column as they are written."""
    return tuple(f"{amount.value:f}" for _, amount in sorted(role.amounts.by_line.items())[:most])


def of_parent(parents: Sequence[Unit], names: Names, example: str) -> Question:
    """Ask where the units of a table lie."""
    options = tuple(Choice(str(unit.code), saying("{unit}", unit=names.path(unit))) for unit in parents[:30])
    text = saying(N_("Where do the units of the table lie, “{example}” among them?"), example=example)
    return Question("parent", text, options, free="unit")


def of_unit(text: str, units: Sequence[Unit], names: Names, ended: Saying | None = None) -> Question:
    """Ask which unit a row means; `ended` says what became of the one that bore its name."""
    options = [Choice(str(unit.code), saying("{unit}", unit=names.path(unit))) for unit in units[:40]]
    options.append(Choice(LEAVE_OUT, saying(N_("none of them: leave the row out"))))
    asked = saying(N_("Which unit is “{text}”?"), text=text)
    if ended is not None:
        asked = saying("{asked} {ended}.", asked=asked, ended=ended)
    return Question(f"unit:{text}", asked, tuple(options), free="unit")


def of_sender(units: Sequence[Unit], names: Names, service: str = "") -> Question:
    """Ask of which unit a whole table is: one of the places, or the organisation that a title names."""
    options = [Choice(str(unit.code), saying("{unit}", unit=names.path(unit))) for unit in units]
    if service:
        options.append(Choice(service, saying(N_("only those who come to or work at “{name}”"), name=service)))
    return Question("unit", saying(N_("Of which unit are the figures?")), tuple(options), free="unit")


def of_scale(factor: int, example: str | Decimal) -> Question:
    """Ask whether counts are written in thousands."""
    return Question(
        "scale",
        saying(N_("Are the counts written in units of {factor}, so that “{example}” means {example} × {factor}?"),
               example=example, factor=factor),
        (
            Choice(str(factor), saying(N_("yes, times {factor}"), factor=factor)),
            Choice("1", saying(N_("no, as they stand"))),
        ),
    )  # fmt: skip


def of_thousands(role: Role, example: str | Decimal) -> Question:
    """Ask whether 12.345 in a column of counts means twelve thousand."""
    text = saying(N_("Is “{example}” in column {column} (“{header}”) a number of thousands, 1.000 meaning a thousand?"),
                  example=example, column=role.letters, header=role.column.header)  # fmt: skip
    if isinstance(example, Decimal):
        text = saying(N_("Does “{example}” in column {column} (“{header}”) mean {meaning}?"), example=example,
                      column=role.letters, header=role.column.header, meaning=int(example * 1000))  # fmt: skip
    return Question(
        f"thousands:{role.letters}",
        text,
        (
            Choice("yes", saying(N_("yes: the mark stands between thousands"))),
            Choice(LEAVE_OUT, saying(N_("no: leave the column out"))),
        ),
    )  # fmt: skip


def of_share(role: Role) -> Question:
    """Ask of what a column is the share."""
    kinds = (words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES, words.PERCENT_TARGET, words.PERCENT_HEADCOUNT)
    options = [Choice(kind, saying(MEANINGS[kind])) for kind in kinds]
    options.append(Choice(LEAVE_OUT, saying(N_("of something else: leave the column out"))))
    text = saying(N_("Of what is column {column} (“{header}”) the share?"), column=role.letters,
                  header=role.column.header)  # fmt: skip
    return Question(f"share:{role.letters}", text, tuple(options))


def of_fraction(role: Role) -> Question:
    """Ask whether 0.5 in a column of shares means half of all."""
    return Question(
        f"fraction:{role.letters}",
        saying(N_("Does {example} in column {column} (“{header}”) mean {example} percent, or that part of one?"),
               example=next(iter(first_values(role)), "0.5"), column=role.letters, header=role.column.header),
        (
            Choice("percent", saying(N_("percent"))),
            Choice("fraction", saying(N_("a part of one: 0.5 is 50 percent"))),
            Choice(LEAVE_OUT, saying(N_("leave the column out"))),
        ),
    )  # fmt: skip


def of_twice(name: str, places: Sequence[tuple[str, Saying]], key: str = "table") -> Question:
    """Ask which of several tables holds, where they say different things of a unit and day."""
    text = saying(N_("“{name}” has different figures on the same day in several tables: which table holds?"), name=name)
    return Question(key, text, tuple(Choice(value, said) for value, said in places))
