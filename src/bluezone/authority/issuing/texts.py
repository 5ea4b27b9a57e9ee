"""Write the text message that carries a code. Pure.

A message with Vietnamese letters has 70 characters in its first part: texts are short, and the link comes last.
"""

from __future__ import annotations

import datetime as dt

from bluezone.authority.diagnosis.links import link
from bluezone.protocol.one_time_codes import groups

#: labels of the reference server's two templates, and ours: a language each
TEMPLATES = {"": "vi", "Default SMS template": "vi", "User Report": "vi", "vi": "vi", "en": "en"}
_WITH_LINK = {
    "vi": "Bluezone: mã của bạn {code} (dùng trong {minutes} phút). Hoặc bấm: {link}",
    "en": "Bluezone: your code {code} (good for {minutes} minutes). Or open: {link}",
}
_WITHOUT = {
    "vi": "Bluezone: mã của bạn {code}, dùng trong {minutes} phút.",
    "en": "Bluezone: your code {code}, good for {minutes} minutes.",
}


def message(language: str, short: str, long: str, life: dt.timedelta, public_url: str | None) -> str:
    """Write the message with the short code, and a link with the long one where people can reach this server."""
    values = {"code": " ".join(groups(short)), "minutes": int(life.total_seconds()) // 60}
    if public_url is None:
        return _WITHOUT[language].format(**values)
    return _WITH_LINK[language].format(link=link(public_url, long), **values)
