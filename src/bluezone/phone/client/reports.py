"""Send exposure reports and the heard list that their owner said yes to, each once, and take reports back.

What waits is in the store before it is sent. A report whose answer was lost is sent again as it is: the authority knows
its id. Without a network it waits for the next check.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.pace import Pace
from bluezone.phone.client.publishing import MAX_ANSWER_BYTES, BusyError, Endpoint, padded
from bluezone.phone.clock import Clock
from bluezone.phone.stores.report_store import ReportStore, Stage, StoredReport
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.reports import (
    HEARD_BODY_BYTES,
    HEARD_PATH,
    REPORT_BODY_BYTES,
    REPORTS_PATH,
    TAKE_BACK_PATH,
    ExposureReport,
    HeardUpload,
    ReportAnswer,
    ReportRefusal,
    TakeBack,
)
from bluezone.protocol.schemes import Entropy

#: the request is as long as a report, whose address is shorter
_TAKE_BACK_BODY_BYTES = REPORT_BODY_BYTES - (len(TAKE_BACK_PATH) - len(REPORTS_PATH))
_LATER = (ReportRefusal.INTERNAL, "too_many_requests")


class Reporter:
    """Send what waits in the store of reports."""

    def __init__(
        self,
        client: httpx.Client,
        store: ReportStore,
        endpoint: Endpoint,
        entropy: Entropy,
        clock: Clock,
        pace: Pace | None = None,
    ) -> None:
        """`pace`: when requests leave that follow a tap; at once without it, in a rehearsal."""
        self._client, self._store, self._endpoint = client, store, endpoint
        self._entropy, self._clock, self._pace = entropy, clock, pace
        self._base_url = http.checked_base_url(endpoint.base_url)

    def send_waiting(self, *, after_tap: bool = False) -> int:
        """Send all that waits; return how many requests arrived. What is refused waits no longer, and says why.
        `after_tap`: the owner has just said yes, and what is sent leaves some seconds later. Raises
        ConnectionFailedError where the authority cannot be reached or is busy: then call again."""
        if after_tap and self._pace is not None:
            self._pace.after_tap()
        arrived = 0
        for report in reversed(self._store.reports()):
            if report.stage is Stage.WAITING:
                self._send(report)
                arrived += 1
            elif report.stage is Stage.GOING_BACK:
                self._take_back(report)
                arrived += 1
        return arrived + self._send_heard()

    def _send(self, report: StoredReport) -> None:
        message = ExposureReport.from_json(report.message.encode("ascii"))
        code = self._post(REPORTS_PATH, message.to_json, REPORT_BODY_BYTES)
        stage = Stage.REFUSED if code else Stage.SENT
        self._store.change(report, stage=stage, refusal=code, message="", sent_at_s=None if code else self._clock())

    def _take_back(self, report: StoredReport) -> None:
        self._post(TAKE_BACK_PATH, TakeBack(bytes.fromhex(report.report)).to_json, _TAKE_BACK_BODY_BYTES)
        self._store.remove(report)

    def _send_heard(self) -> int:
        heard = self._store.heard()
        if heard is None or heard.stage is not Stage.WAITING:
            return 0
        upload = HeardUpload(heard.token, bytes.fromhex(heard.heard))
        code = self._post(HEARD_PATH, upload.to_json, HEARD_BODY_BYTES)
        stage = Stage.REFUSED if code else Stage.SENT
        self._store.keep_heard(type(heard)("", "", stage, heard.written_at_s, code))
        return 1

    def _post(self, path: str, to_json: Callable[[str], bytes], size: int) -> str:
        """Return the authority's word for why not; "" where it took it."""
        headers = {"X-API-Key": self._endpoint.api_key} if self._endpoint.api_key else {}
        body = padded(to_json, size, self._entropy)
        content = http.post(self._client, self._base_url + path, body, MAX_ANSWER_BYTES, headers, says_why_later=True)
        try:
            answer = ReportAnswer.from_json(content)
        except ProtocolError as error:
            raise http.ConnectionFailedError(f"{path}: the authority's answer cannot be read ({error})") from error
        if answer.code in _LATER:
            raise BusyError(f"the authority cannot do this now ({answer.code})", answer.code)
        return answer.code
