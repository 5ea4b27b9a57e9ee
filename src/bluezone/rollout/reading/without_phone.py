"""Tell headers of people without a smartphone, or who have not installed, from those of smartphones. Pure.

`Không smartphone`, `No smartphone`, `Điện thoại không thông minh`; `Chưa cài` over `Điện thoại thông minh`; `Không`
beside `Có` below either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.vocabulary import has

_NOT = (
    r"(?:khong|ko|k(?= (?:co|dung|su dung)\b)|no|(?<!mam )non|not|none|without|chua|thieu(?! nien| nhi)|dont|don t|"
    r"lack|lacking)"
)
_PHONE = rf"(?:{'|'.join(sorted(terms.SMARTER, key=len, reverse=True))})"
#: anywhere before the word for the phone, or right behind it: `Smartphone: không có`
_WITHOUT = re.compile(
    rf"\b{_NOT}\b(?: \w+){{0,5}}? {_PHONE}\b|\b(?:dien thoai|dt|dtdd|may) {_NOT} (?:phai )?(?:thong minh|smart)\b"
    rf"|\b{_PHONE} {_NOT}(?: co)?$"
)
#: what stands over those who did not
_NOT_INSTALLED = re.compile(rf"\b{_NOT} (?:cai|tai|install|yet)|\b(?:ly|li) do\b|\bchua thuc hien\b")
_DID = ("da cai", "da tai", "co cai", "installed")
#: all that a column of those says who have not or did not, beside one of those who do
_NO = frozenset(["khong", "ko", "chua", "no", "khong co", "chua co", "khong dung", "none", "not yet", "0 co"])


def is_without(keys: Sequence[str]) -> bool:
    """Return whether a column of phones or people counts those without a smartphone or without the app, by its texts as
    keys, the lowest last."""
    leaf, above = keys[-1], keys[:-1]
    if _WITHOUT.search(leaf) or (above and leaf in _NO):
        return True
    did = has(leaf, *_DID)
    return not did and any(key in _NO or (_NOT_INSTALLED.search(key) and not has(key, *_DID)) for key in above)
