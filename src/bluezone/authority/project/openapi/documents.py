"""Describe what phones fetch beside keys: signed documents, packages of place warnings."""

from __future__ import annotations

from bluezone.authority.project.openapi.operations import SIGNED, Operation
from bluezone.authority.project.openapi.schemas import many, record, text

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

DOCUMENTS = (
    Operation(
        "get",
        "/v1/news/{region}.json",
        "Fetch the signed news of the country",
        {200: SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/news/{region}/{area}.json",
        "Fetch the signed news of a province",
        {200: SIGNED, 404: None},
        parameters={"region": "452", "area": "34-92"},
    ),
    Operation(
        "get",
        "/v1/passes/{region}/keys.json",
        "Fetch the public keys by which passes are verified, as a JSON Web Key Set",
        {200: _PASS_KEYS, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/passes/{region}.json",
        "Fetch the signed list of passes that were taken back",
        {200: SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/places/{region}.json",
        "Fetch the signed policy of places: from which overlap on to warn of one",
        {200: SIGNED, 404: None},
        parameters={"region": "452"},
    ),
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
    Operation(
        "get",
        "/v1/guidance/{region}.json",
        "Fetch what is to be done after a warning, signed, of the country",
        {200: SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/guidance/{region}/{area}.json",
        "Fetch what is to be done after a warning, signed, of a province",
        {200: SIGNED, 404: None},
        parameters={"region": "452", "area": "34-92"},
    ),
    Operation(
        "get",
        "/v1/forms/{region}.json",
        "Fetch the forms of health declarations, signed, of the country",
        {200: SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/forms/{region}/{area}.json",
        "Fetch the forms of health declarations, signed, that a province has of its own",
        {200: SIGNED, 404: None},
        parameters={"region": "452", "area": "34-92"},
    ),
    Operation(
        "get",
        "/v1/settings/{region}.json",
        "Fetch whether warnings of second order are on, signed",
        {200: SIGNED, 404: None},
        parameters={"region": "452"},
    ),
)
