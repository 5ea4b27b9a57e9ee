"""Write the text messages that carry a code, or remind of one. Pure.

A message with Vietnamese letters has 70 characters in its first part: texts are short, and the link comes last. None of
them tells the result of a test: others read messages, too.
"""

from __future__ import annotations

import datetime as dt

from bluezone.authority.diagnosis.links import link
from bluezone.protocol.one_time_codes import groups

#: languages in which messages are written; the first where nothing else is asked for
LANGUAGES = ("vi", "en")
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
#: without the code, which nobody has any more
_REMINDER = {
    "vi": (
        "Bluezone: mã gửi bạn lúc {sent} vẫn chờ bạn. Liên kết trong tin nhắn đó dùng được đến {until}. "
        "Bạn không tìm thấy? Trạm y tế sẽ gửi mã mới."
    ),
    "en": (
        "Bluezone: the code sent to you at {sent} still waits. The link in that message is good until {until}. "
        "Lost it? Your health station sends a new one."
    ),
}


def message(language: str, short: str, long: str, life: dt.timedelta, public_url: str | None) -> str:
    """Write the message with the short code, and a link with the long one where people can reach this server."""
    values = {"code": " ".join(groups(short)), "minutes": int(life.total_seconds()) // 60}
    if public_url is None:
        return _WITHOUT[language].format(**values)
    return _WITH_LINK[language].format(link=link(public_url, long), **values)


def reminder(language: str, sent: dt.datetime, until: dt.datetime) -> str:
    """Write the one reminder of a code that was not used yet. Both moments: where the person is."""
    return _REMINDER[language].format(sent=_moment(sent), until=_moment(until))


def _moment(moment: dt.datetime) -> str:
    return f"{moment:%H:%M} {moment.day}/{moment.month}"
