"""Collect this package's models, as Django wants them."""

from bluezone.authority.messages.guidance.models import GuidanceDocument, GuidanceEntry
from bluezone.authority.messages.news.models import NewsDocument, NewsItem
from bluezone.authority.messages.outbox.models import OutgoingMessage, SendingFailure
from bluezone.authority.messages.phone_numbers.models import NumberRequest, PhoneNumber

__all__ = [
    "GuidanceDocument",
    "GuidanceEntry",
    "NewsDocument",
    "NewsItem",
    "NumberRequest",
    "OutgoingMessage",
    "PhoneNumber",
    "SendingFailure",
]
