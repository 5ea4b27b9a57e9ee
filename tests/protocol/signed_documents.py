"""Make signed documents of each kind for tests."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.exposure.policies import BLUEZONE
from bluezone.exposure.policies.document import POLICY, PublishedPolicy
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.documents import Document, Kind, sign, sign_text
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.guidance import GUIDANCE, Entry, Telephone
from bluezone.protocol.kinds import DISEASE, FORMS, KINDS, PLACE_POLICY, SETTINGS, DiseaseFacts, PlacePolicy, Settings
from bluezone.protocol.news import NEWS, NewsItem
from bluezone.protocol.passes import REVOKED_PASSES

NOW_S, DAY_S = 1_600_000_000, 86_400
KEY, OTHER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
SIGNER, STRANGER = ExportSigner(KEY, "452", "v1"), ExportSigner(OTHER, "452", "v1")
TRUSTED = (TrustedKey(KEY.public_key(), "452", "v1"),)
ITEM = NewsItem(
    "17",
    "advice",
    NOW_S - 60,
    NOW_S + 7 * DAY_S,
    ("34:92",),
    {"vi": "Xét nghiệm tại Long Mỹ", "en": "Testing in Long Mỹ"},
    {"vi": "Từ 8 giờ sáng mai.", "en": "From 8 tomorrow."},
)
ENTRY = Entry(
    place="",
    from_day=dt.date(2020, 3, 12),
    until_day=dt.date(2021, 5, 4),
    grades=("low", "raised", "high"),
    steps={"vi": ("Gọi trạm y tế.",), "en": ("Call your health station.",)},
    watch_days=14,
    test_days=(1, 14),
    telephones=(Telephone({"vi": "Bộ Y tế", "en": "Ministry of Health"}, "19009095"),),
    source="Bộ Y tế, 2020",
    version="1",
)
ALL_KINDS: tuple[Kind[Any], ...] = (*KINDS, POLICY)
#: a content of each
CONTENTS: dict[Kind[Any], Any] = {
    NEWS: (ITEM,),
    GUIDANCE: (ENTRY,),
    FORMS: ('{"form":"population","title":"Khai báo"}', "{}"),
    SETTINGS: Settings(second_order=True),
    PLACE_POLICY: PlacePolicy(20, 7),
    REVOKED_PASSES: frozenset({"0123456789abcdef"}),
    POLICY: PublishedPolicy(BLUEZONE),
    DISEASE: DiseaseFacts("measles", {"en": "measles", "vi": "bệnh sởi"}, {"en": "fever or rash"}, 21, 4),
}


def document(kind: Kind[Any], **changes: Any) -> Document[Any]:
    """Return a document of a kind for the country, its serial 3, for 14 days from a minute ago."""
    issued_s = NOW_S - 60
    made = Document(kind, "452", "", 3, issued_s, issued_s, NOW_S + 14 * DAY_S, CONTENTS[kind])
    return replace(made, **changes)


def signed(kind: Kind[Any], signer: ExportSigner = SIGNER, **changes: Any) -> bytes:
    return sign(document(kind, **changes), [signer])


def resigned(data: bytes, kind: Kind[Any], **changes: Any) -> bytes:
    """Change the text of a document and sign it: what an authority with a fault in it would send."""
    body = json.loads(json.loads(data)["document"]) | changes
    return sign_text(json.dumps(body), kind.name, 10**7, [SIGNER])


def issued(kind: Kind[Any], content: Any, now_s: float, **changes: Any) -> Document[Any]:
    """Return a document of a content, issued a minute ago and good for 14 days."""
    issued_s = int(now_s) - 60
    times = {"issued_at_s": issued_s, "valid_from_s": issued_s, "valid_until_s": issued_s + 14 * DAY_S}
    return document(kind, **{"content": content, "serial": 1} | times | changes)
