"""Name findings as laboratories do, and the code systems of others. What a disease is called stands in its package."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bluezone.errors import N_
from bluezone.exchange.errors import ExchangeError, Fault
from bluezone.geography.country import country

SNOMED, LOINC, ICD10 = "http://snomed.info/sct", "http://loinc.org", "http://hl7.org/fhir/sid/icd-10"
#: how LOINC is named in HL7 v2 (OBX-3.3)
LOINC_IN_HL7 = "LN"

#: what laboratories call a finding: codes of SNOMED CT, of table 0078 of HL7 v2, and words
POSITIVE = frozenset(
    {"260373001", "10828004", "52101004", "POS", "DET", "A", "POSITIVE", "DETECTED", "REACTIVE"}
    | {"DƯƠNG TÍNH", "DUONG TINH", "PHÁT HIỆN"}
)
NEGATIVE = frozenset(
    {"260415000", "260385009", "2667000", "NEG", "ND", "N", "NEGATIVE", "NOT DETECTED", "NON-REACTIVE"}
    | {"ÂM TÍNH", "AM TINH", "KHÔNG PHÁT HIỆN"}
)


#: what a laboratory sends or brings at once
MOST_BYTES = 10 * 1024 * 1024


def check_size(data: bytes | str) -> None:
    """Raise ExchangeError for more than is read at once."""
    if len(data) > MOST_BYTES:
        size, most = len(data) // 1_000_000, MOST_BYTES // (1024 * 1024)
        template = N_("it has {size} MB, more than the {most} that are read: send it in parts")
        raise ExchangeError(template, size=size, most=most)


def documents() -> frozenset[str]:
    """Return the kinds of numbers that are those of identity documents (HL7's table 0203), in the country's, too."""
    return frozenset({"NI", "NN", f"NN{country().iso3}", "PPN", "SS"})


def finding(text: str) -> str:
    """Return “positive” or “negative” for what a laboratory calls one; nothing for anything else."""
    word = " ".join(text.split()).upper()
    return "positive" if word in POSITIVE else "negative" if word in NEGATIVE else ""


def overall(where: str, found: Sequence[tuple[Collection[str], str]], lab_tests: Collection[str]) -> str:
    """Return what the results of a report say of a disease: positive where one is. `found`: of each result the LOINC
    codes of its test, and its finding; `lab_tests`: the codes that are of the disease. A test that LOINC names and the
    disease does not is of something else, and says nothing; one that a laboratory names by its own code alone counts.
    Raises ExchangeError, naming the place."""
    findings = {finding for tests, finding in found if not tests or set(tests) & set(lab_tests)}
    if not findings:
        if found:
            raise ExchangeError(
                N_("{where}: none of its results is of a test for this disease"), Fault.VALUE, where=where
            )
        raise ExchangeError(N_("{where}: it does not say “detected” or “not detected”"), Fault.VALUE, where=where)
    return "positive" if "positive" in findings else "negative"
