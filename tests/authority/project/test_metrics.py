"""Check the metrics for Prometheus: their values, that alerts and panels name them, that faults raise alerts."""

from __future__ import annotations

import datetime as dt
import json
import re
import socket
import threading
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from tests.authority.project.test_health import NOON, WELL

from bluezone.authority.project import facts, metrics
from bluezone.authority.project.edge import counting
from bluezone.authority.project.edge.rsgi import Answer
from bluezone.authority.project.health import Queue, Run

_DEPLOY = Path(__file__).parents[3] / "deploy"
_RULES = yaml.safe_load((_DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
_DASHBOARD = json.loads((_DEPLOY / "grafana/bluezone.json").read_text("utf-8"))
_PLAYBOOK = (_DEPLOY.parent / "docs/operate/alerts.md").read_text("utf-8")
_NAME = re.compile(r"\bbluezone_\w+")
_HOUR = dt.timedelta(hours=1)
#: counted by the workers
_COUNTED = {"bluezone_requests_total", "bluezone_request_seconds_bucket", "bluezone_refusals_total"}


class _Of:
    def __init__(self, found):
        self.found = found

    def collect(self):
        return metrics.gauges(self.found)


def _samples(found):
    registry = CollectorRegistry()
    registry.register(_Of(found))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return [sample for family in families for sample in family.samples]


def _raised(found):
    """Return the alerts whose condition is `metric{part=~"..."} >= number`, and holds."""
    raised, samples = set(), _samples(found)
    for rule in _RULES:
        asked = re.fullmatch(r'(bluezone_\w+)(?:\{part=~?"([^"]+)"\})? >= (\d+)', rule["expr"])
        if asked is None:
            continue
        for sample in samples:
            is_part = (
                asked[2] is None or re.fullmatch(asked[2], sample.labels["part"]) if sample.name == asked[1] else 0
            )
            if is_part and sample.value >= float(asked[3]):
                raised.add(rule["alert"].removeprefix("Bluezone"))
    return raised


def test_every_alert_and_panel_asks_for_metrics_that_there_are():
    there = {sample.name for sample in _samples(WELL)} | _COUNTED
    asked = [rule["expr"] for rule in _RULES]
    asked += [target["expr"] for panel in _DASHBOARD["panels"] for target in panel["targets"]]
    assert all(_NAME.findall(each) or each.startswith("up{") for each in asked)
    assert {name for each in asked for name in _NAME.findall(each)} <= there


def test_every_alert_has_a_playbook_and_every_playbook_an_alert():
    headings = set(re.findall(r"^## (\w+)$", _PLAYBOOK, re.MULTILINE))
    assert headings == {rule["alert"].removeprefix("Bluezone") for rule in _RULES}
    for rule in _RULES:
        assert rule["annotations"]["playbook"].endswith(f"#{rule['alert'].removeprefix('Bluezone').lower()}")


@pytest.mark.parametrize(
    ("fault", "alerts"),
    [
        ({}, set()),
        ({"unknown": {"database": "not known"}}, {"Database"}),
        ({"missing_migrations": 2}, {"Database"}),
        ({"secrets": "a secret is missing"}, {"Secrets"}),
        ({"keys_end_at": {"export": NOON + _HOUR}}, {"Secrets"}),
        ({"clock": "the clock is 3 days ahead"}, {"Clock"}),
        ({"free_bytes": 1_000_000}, {"Disk"}),
        ({"runs": {**WELL.runs, "publish": Run(NOON - _HOUR, NOON - _HOUR)}}, {"Worker"}),
        ({"last_batch_end": NOON - 24 * _HOUR, "batches_late": 5}, {"BatchLate"}),
        ({"runs": {**WELL.runs, "curves": Run(NOON, None, _HOUR)}}, {"Jobs"}),
        ({"probe_problem": "/v1/publish: HTTP 500"}, {"Probe"}),
        ({"queues": {"uploads": Queue(1, NOON - _HOUR, _HOUR / 4)}}, {"Queues"}),
        ({"gateway_answer": "cannot be reached"}, {"Gateway"}),
        ({"tls_ends_at": NOON + _HOUR}, {"Certificate"}),
        ({"runs": {**WELL.runs, "backup": Run(NOON - 40 * _HOUR, NOON - 40 * _HOUR)}}, {"Backup"}),
        ({"open_files": (1_024,)}, {"OpenFiles"}),
    ],
)
def test_a_fault_raises_its_alert_and_no_other(fault, alerts):
    assert _raised(replace(WELL, **fault)) == alerts


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/publish", "/v1/publish"),
        ("/exports/452/index.txt", "exports"),
        ("/officer/cases/7f0e", "officer"),
        ("/v/ABCDEFGH12345678", "other"),
    ],
)
def test_no_address_of_a_person_is_the_name_of_a_count(path, kind):
    assert counting.kind_of(path) == kind


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(400, body=b'{"error":"no","code":"bad_request"}'), "bad_request"),
        (Answer(400, body=b'{"error":"no","errorCode":"code_invalid"}'), "code_invalid"),
        (Answer(200, body=b'{"code":"partial_failure"}'), ""),
        (Answer(400, body=b"no JSON"), ""),
        (Answer(400, body=b"[]"), ""),
    ],
)
def test_a_refusal_is_counted_by_the_code_of_the_api(answer, reason):
    assert counting.reason_of(answer) == reason


def test_one_process_shows_what_all_workers_counted(on_sqlite):
    with socket.create_server(("127.0.0.1", 0)) as held:
        free_port = held.getsockname()[1]
    on_sqlite.start("--metrics", str(free_port))
    try:
        with on_sqlite.client() as client:
            for _ in range(8):
                client.post("/api/verify", json={})
        answer = httpx.get(f"http://127.0.0.1:{free_port}/metrics")
        assert httpx.get(f"http://127.0.0.1:{free_port}/").status_code == 404
    finally:
        on_sqlite.stop()
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert values["bluezone_requests_total", "/api/verify", "400"] == 8
    assert values["bluezone_refusals_total", "/api/verify", "unparsable_request"] == 8
    assert values["bluezone_request_seconds_count", "/api/verify"] == 8
    assert values["bluezone_part_level", "database"] == 0


def test_other_servers_are_asked_once_a_period_and_nobody_waits(monkeypatch, set_clock):
    seconds, asked, go_on = [0.0], [], threading.Event()
    monkeypatch.setattr(facts.time, "monotonic", lambda: seconds[0])

    def look(_now):
        asked.append(seconds[0])
        if len(asked) > 1:
            go_on.wait(5)
        return {"tls_problem": f"look {len(asked)}"}

    held = facts.Lately(look, 600.0, behind=True)
    assert [held.get()["tls_problem"] for _ in range(3)] == ["look 1"] * 3
    seconds[0] = 600.0
    assert [held.get()["tls_problem"] for _ in range(3)] == ["look 1"] * 3  # a thread is at it
    go_on.set()
    while held.get()["tls_problem"] == "look 1":
        pass
    assert asked == [0.0, 600.0]
    found = facts.gather(set_clock.now, ["tls"], {"tls": lambda _now: held.get()})
    assert found.tls_problem == "look 2"
