"""Say how long telephone numbers are kept."""

from __future__ import annotations

from bluezone.authority.messages.outbox import services as outbox
from bluezone.authority.messages.phone_numbers.services import purge
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        "what people who were warned were asked to do (entries; no person)",
        "as long as the server",
        "what a warning asked of people must be known when somebody asks years later",
        None,
    ),
    RetentionRule(
        "text messages with codes that wait to be sent (encrypted) / how often sending failed on a day",
        "until they are handed over, or their code has run out / 90 days",
        "nobody needs a message twice; the counts are as long as the statistics show",
        outbox.purge,
    ),
    RetentionRule(
        "telephone numbers: requests / confirmed numbers",
        "one day / a year after they were confirmed",
        "who changes the number or forgets the app is not written to for ever",
        purge,
    ),
)
