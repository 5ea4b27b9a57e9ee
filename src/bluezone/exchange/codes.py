"""Name diseases, findings and settings in the code systems of others. What a disease is called comes from one function,
`disease`, to be filled from the disease's package."""

from __future__ import annotations

import functools
from dataclasses import dataclass

_VIRUS = "SARS-CoV-2 (COVID-19)"
SNOMED, LOINC, ICD10 = "http://snomed.info/sct", "http://loinc.org", "http://hl7.org/fhir/sid/icd-10"


@dataclass(frozen=True, slots=True)
class Disease:
    """Hold how others call a disease. `lab_tests`: LOINC codes under which laboratories report it, the first is the one
    we write."""

    name: str
    snomed: str
    snomed_display: str
    icd10: str
    exposure_snomed: str
    exposure_display: str
    sormas: str
    lab_tests: tuple[tuple[str, str], ...]


@functools.cache
def disease() -> Disease:
    """Return the codes of the disease that this installation works on."""
    return Disease(
        name="COVID-19",
        snomed="840539006",
        snomed_display="Disease caused by severe acute respiratory syndrome coronavirus 2",
        icd10="U07.1",
        exposure_snomed="840546002",
        exposure_display="Exposure to severe acute respiratory syndrome coronavirus 2",
        sormas="CORONAVIRUS",
        lab_tests=(
            ("94500-6", f"{_VIRUS} RNA [Presence] in Respiratory system specimen by NAA with probe detection"),
            ("94309-2", f"{_VIRUS} RNA [Presence] in Specimen by NAA with probe detection"),
            ("94558-4", f"{_VIRUS} Ag [Presence] in Respiratory specimen by Rapid immunoassay"),
            ("94306-8", f"{_VIRUS} RNA panel - Specimen by NAA with probe detection"),
            ("94531-1", f"{_VIRUS} RNA panel - Respiratory system specimen by NAA with probe detection"),
        ),
    )


#: what laboratories call a finding: codes of SNOMED CT, of table 0078 of HL7 v2, and words
POSITIVE = frozenset(
    {"260373001", "10828004", "52101004", "POS", "DET", "A", "POSITIVE", "DETECTED", "REACTIVE"}
    | {"DƯƠNG TÍNH", "DUONG TINH", "PHÁT HIỆN"}
)
NEGATIVE = frozenset(
    {"260415000", "260385009", "2667000", "NEG", "ND", "N", "NEGATIVE", "NOT DETECTED", "NON-REACTIVE"}
    | {"ÂM TÍNH", "AM TINH", "KHÔNG PHÁT HIỆN"}
)


def finding(text: str) -> str:
    """Return “positive” or “negative” for what a laboratory calls one; nothing for anything else."""
    word = " ".join(text.split()).upper()
    return "positive" if word in POSITIVE else "negative" if word in NEGATIVE else ""
