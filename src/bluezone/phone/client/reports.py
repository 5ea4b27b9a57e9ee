"""Send what the owner gives the health office: exposure reports, the heard list, check-ins; and, once a week, whether
this phone warned.

What waits is in the store before it is sent, and each leaves once. One whose answer was lost is sent again as it is:
the authority knows its id. Without a network it waits for the next check. `after_tap`: the owner has just said yes, and
it leaves some seconds later. All raise ConnectionFailedError where the authority cannot be reached or is busy: then
call again.
"""

from __future__ import annotations

import datetime as dt

from bluezone.phone.client.sender import Sender
from bluezone.phone.clock import Clock
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.phone.stores.phone_stores import Stores
from bluezone.phone.stores.records import Stage
from bluezone.phone.stores.report_store import StoredHeard
from bluezone.protocol.reports import (
    HEARD_BODY_BYTES,
    HEARD_PATH,
    REPORT_BODY_BYTES,
    REPORTS_PATH,
    TAKE_BACK_PATH,
    ExposureReport,
    HeardUpload,
    ReportAnswer,
    TakeBack,
)
from bluezone.protocol.shared_check_ins import CHECK_INS_BODY_BYTES, CHECK_INS_PATH, CheckInUpload
from bluezone.protocol.warned import (
    SEED_BYTES,
    WARNED_BODY_BYTES,
    WARNED_PATH,
    WEEK,
    Ticket,
    ends_at,
    monday_of,
    next_week,
)

#: the request is as long as a report, whose address is shorter
_TAKE_BACK_BODY_BYTES = REPORT_BODY_BYTES - (len(TAKE_BACK_PATH) - len(REPORTS_PATH))


def send_reports(sender: Sender, stores: Stores, clock: Clock, *, after_tap: bool = False) -> int:
    """Send reports and the heard list that wait, and take reports back; return how many requests arrived. What is
    refused waits no longer, and says why."""
    store, arrived = stores.reports, 0
    sender.after_tap(after_tap)
    for report in store.all():
        if report.stage is Stage.WAITING:
            message = ExposureReport.from_json(report.message.encode("ascii"))
            code = sender.send(REPORTS_PATH, message.to_json, REPORT_BODY_BYTES, ReportAnswer.from_json).code
            sent_at_s = None if code else clock()
            store.change(report.number, stage=_stage(code), refusal=code, message="", sent_at_s=sent_at_s)
            arrived += 1
        elif report.stage is Stage.GOING_BACK:
            taken_back = TakeBack(bytes.fromhex(report.report))
            sender.send(TAKE_BACK_PATH, taken_back.to_json, _TAKE_BACK_BODY_BYTES, ReportAnswer.from_json)
            store.remove(report.number)
            arrived += 1
    heard = stores.heard.read()
    if heard is not None and heard.stage is Stage.WAITING:
        upload = HeardUpload(heard.token, bytes.fromhex(heard.heard))
        code = sender.send(HEARD_PATH, upload.to_json, HEARD_BODY_BYTES, ReportAnswer.from_json).code
        stores.heard.write(StoredHeard("", "", _stage(code), heard.written_at_s, code))
        arrived += 1
    return arrived


def send_check_ins(sender: Sender, stores: Stores, clock: Clock, *, after_tap: bool = False) -> int:  # noqa: ARG001
    """Send the check-ins that wait; return how many requests arrived."""
    waiting = stores.check_ins.read()
    if waiting is None or waiting.stage is not Stage.WAITING:
        return 0
    sender.after_tap(after_tap)
    upload = CheckInUpload.from_json(waiting.message.encode("ascii"))
    code = sender.send(CHECK_INS_PATH, upload.to_json, CHECK_INS_BODY_BYTES, ReportAnswer.from_json).code
    stores.check_ins.change(1, message="", stage=_stage(code))
    return 1


def _stage(code: str) -> Stage:
    return Stage.REFUSED if code else Stage.SENT


# --- whether this phone warned ------------------------------------------------------------------------


def answer_warned(sender: Sender, stores: Stores, now_s: float) -> bool:
    """Answer for the week that is over whether this phone warned its owner, by randomised response
    (`protocol.warned`), if it is time; return whether an answer left.

    What is sent, and when, does not depend on whether it warned; only the coin and, half of the time, the truth are in
    it. Raises ConnectionFailedError, RefusedError: then call again, and the same answer is sent.
    """
    now, preferences, entropy = dt.datetime.fromtimestamp(now_s, dt.UTC), stores.preferences, sender.entropy
    ticket = preferences.warned_ticket()
    if ticket is None or ticket.week > next_week(now.date()):  # the second: the clock was put back
        preferences.keep_warned_ticket(Ticket(next_week(now.date()), entropy(SEED_BYTES)))
        return False
    if ticket.is_over(now):  # off for long: the week that runs is the first of which it can tell again
        preferences.keep_warned_ticket(Ticket(monday_of(now.date()), entropy(SEED_BYTES)))
        return False
    if not ticket.is_due(now):
        return False
    answer = ticket.answer(warned=warned_in(stores.exposures, ticket.week))
    # Refused for good, too, the week is done: nothing that this phone could change is wrong with the answer.
    sender.send(WARNED_PATH, answer.to_json, WARNED_BODY_BYTES, ReportAnswer.from_json)
    preferences.keep_warned_ticket(Ticket(ticket.week + WEEK, entropy(SEED_BYTES)))
    return True


def warned_in(exposures: ExposureStore, week: dt.date) -> bool:
    """Return whether this phone warned of a contact with a case within a week, even if it took the warning back."""
    start_s, end_s = ends_at(week - WEEK).timestamp(), ends_at(week).timestamp()
    return any(start_s <= alert.created_at_s < end_s for alert in exposures.alerts(withdrawn=True))
