"""`bluezone authority protocols`: from the example to a rule that is known. And the verdicts of reports by hand."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from bluezone.authority.signing import services as signing
from bluezone.cli.authority.documents import protocols_command
from bluezone.cli.authority.running import judge_reports_command


def test_the_example_is_signed_previewed_added_and_listed(db, set_clock, tmp_path: Path):
    signing.ensure(set_clock.now)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(protocols_command, arguments)
        assert done.exit_code == 0, done.exception
        return done.output

    rules, signed = tmp_path / "rules.json", tmp_path / "rules.signed"
    rules.write_text(run("example"), "utf-8")
    before = json.loads(run("list", "--json"))
    run("sign", str(rules), str(signed))
    assert json.loads(run("add", str(signed), "--dry-run", "--json"))["stored"] is False
    assert json.loads(run("list", "--json")) == before
    assert json.loads(run("add", str(signed), "--json"))["stored"] is True
    assert json.loads(run("list", "--json")) != before


def test_where_no_report_waits_none_gets_a_verdict(db, set_clock):
    done = CliRunner().invoke(judge_reports_command, [])
    assert (done.exit_code, done.output) == (0, "0 exposure reports have a verdict\n")
