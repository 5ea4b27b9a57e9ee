"""Describe what phones fetch beside keys: signed documents, packages of place warnings."""

from __future__ import annotations

from bluezone.authority.project.openapi.operations import SIGNED, Operation
from bluezone.authority.project.openapi.schemas import many, record, text
from bluezone.protocol.area_documents import COUNTRY, served_at

_PASS_KEY = record(
    "kty crv x y kid use alg",
    kty=text(),
    crv=text(),
    x=text(),
    y=text(),
    kid=text("as passes name it: 452_pass v1"),
    use=text(),
    alg=text(),
)
_PASS_KEYS = record(
    "keys distrusted",
    keys=many(_PASS_KEY),
    distrusted=many(text("the name of a key whose passes are believed no more")),
)


def _signed(kind: str, summary: str, *, of_province: bool = False) -> Operation:
    """Describe how a signed document is fetched, of the country or of a province."""
    path = served_at(kind, "{region}", "{area}" if of_province else COUNTRY)
    parameters = {"region": "452"} | ({"area": "34-92"} if of_province else {})
    return Operation("get", path, summary, {200: SIGNED, 404: None}, parameters=parameters)


DOCUMENTS = (
    _signed("news", "Fetch the signed news of the country"),
    _signed("news", "Fetch the signed news of a province", of_province=True),
    Operation(
        "get",
        "/v1/passes/{region}/keys.json",
        "Fetch the public keys by which passes are verified, as a JSON Web Key Set",
        {200: _PASS_KEYS, 404: None},
        parameters={"region": "452"},
    ),
    _signed("passes", "Fetch the signed list of passes that were taken back"),
    _signed("places", "Fetch the signed policy of places: from which overlap on to warn of one"),
    Operation(
        "get",
        "/exports/{region}/places/index.txt",
        "Fetch the names of the packages of place warnings",
        {200: None, 404: None},
        media_type="text/plain",
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/exports/{region}/places/{hour}.zip",
        "Fetch the place warnings of an hour, signed",
        {200: None, 404: None},
        media_type="application/zip",
        parameters={"region": "452", "hour": "443888"},
    ),
    _signed("guidance", "Fetch what is to be done after a warning, signed, of the country"),
    _signed("guidance", "Fetch what is to be done after a warning, signed, of a province", of_province=True),
    _signed("forms", "Fetch the forms of health declarations, signed, of the country"),
    _signed(
        "forms", "Fetch the forms of health declarations, signed, that a province has of its own", of_province=True
    ),
    _signed("settings", "Fetch whether warnings of second order are on, signed"),
)
