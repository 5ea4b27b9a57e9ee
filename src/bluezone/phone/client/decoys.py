"""Send what a publication, a report or a declaration sends, with nothing in it: so whoever watches the line learns of
nobody that they are ill, warned, isolated or have declared by the fact that their phone spoke to the authority.

The requests have the sizes of the real ones (`publishing`, `reports`, `declarations`), and leave when those could. The
authority does the same work for them as for real ones, answers in the same size at the same marks, and stores nothing:
it tells them by a header, which only it can read. The header's own bytes are left out of the body.

A request that is new to a sequence is a new `Step`; one that is made only now and then has its share. When each
sequence is sent: `app.decoy_schedule`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bluezone.phone.client import http
from bluezone.phone.client.sender import MAX_ANSWER_BYTES, PUBLISH_BODY_BYTES, SHORT_BODY_BYTES, TAP_S, Sender
from bluezone.protocol.health_declarations import HEALTH_DECLARATION_BODY_BYTES, HEALTH_DECLARATIONS_PATH
from bluezone.protocol.reports import HEARD_BODY_BYTES, HEARD_PATH, REPORT_BODY_BYTES, REPORTS_PATH
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.shared_check_ins import CHECK_INS_BODY_BYTES, CHECK_INS_PATH
from bluezone.protocol.text import base64_text

#: as long as somebody takes at most, here, from their result to their yes
READING_S = 180.0

_MARK = ("X-Chaff", "1")
#: of the header in a request, with ": " and the end of the line
_MARK_BYTES = len(_MARK[0]) + len(_MARK[1]) + 4
_BEFORE, _AFTER = b'{"padding": "', b'"}'


@dataclass(frozen=True, slots=True)
class Step:
    """Describe one request of a sequence. `body_bytes`: of the real one; `share`: in how many sequences it is made."""

    path: str
    body_bytes: int
    #: made as an owner would go on: after reading, and after their tap
    after_owner: bool = False
    share: float = 1.0


SEQUENCE = (
    Step("/api/verify", SHORT_BODY_BYTES),
    Step("/api/certificate", SHORT_BODY_BYTES, after_owner=True),
    Step("/v1/publish", PUBLISH_BODY_BYTES),
)
#: of those who publish, how many are taken to be asked for what their phone heard, and to say yes
HEARD_SHARE = 0.25
#: and how many to give check-ins of their diary
CHECK_INS_SHARE = 0.25
#: what a patient's phone sends: the keys, and in some cases what it heard and where its owner was
PUBLICATION = (
    *SEQUENCE,
    Step(HEARD_PATH, HEARD_BODY_BYTES, after_owner=True, share=HEARD_SHARE),
    Step(CHECK_INS_PATH, CHECK_INS_BODY_BYTES, after_owner=True, share=CHECK_INS_SHARE),
)
#: what the phone of somebody warned sends, who says yes to a report
REPORT = (Step(REPORTS_PATH, REPORT_BODY_BYTES),)
_BY_FORM = Step(HEALTH_DECLARATIONS_PATH, HEALTH_DECLARATION_BODY_BYTES)
#: what the phone of somebody in isolation sends on one day
DECLARATION = (_BY_FORM,)
#: what the phone of somebody sends who declares by a form, some for one or two of their family as well
HEALTH_DECLARATION = (_BY_FORM, *(replace(_BY_FORM, after_owner=True, share=share) for share in (0.5, 0.4)))


def send_decoys(sender: Sender, steps: Sequence[Step] = SEQUENCE) -> int:
    """Send one sequence, and return how many requests it was; none without a pace. Raises ConnectionFailedError where
    the authority cannot be reached: the rest is left out, as an owner without a net would leave it."""
    pace = sender.pace
    if pace is None:
        return 0
    base_url, headers = sender.base_url, sender.endpoint.headers | dict([_MARK])
    sent, answered_s = 0, None
    for step in steps:
        if step.share < 1.0 and pace.chance.uniform(0.0, 1.0) >= step.share:
            continue
        body = decoy_body(step.body_bytes, sender.entropy)
        if step.after_owner:
            pace.sleep(pace.chance.uniform(0.0, READING_S - TAP_S))
            pace.after_tap()
        elif answered_s is not None:
            pace.until_mark(answered_s)
        url = base_url + step.path
        http.post(sender.client, url, body, MAX_ANSWER_BYTES, headers, says_why_later=True, on_date=lambda _: None)
        answered_s = pace.steady()
        sent += 1
    return sent


def decoy_body(size: int, entropy: Entropy) -> bytes:
    """Return a body with which the request is as long as a real one of `size` bytes."""
    room = size - _MARK_BYTES - len(_BEFORE) - len(_AFTER)
    return _BEFORE + base64_text(entropy(room))[:room].encode("ascii") + _AFTER
