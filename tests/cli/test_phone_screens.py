"""`bluezone phone serve`, as started by hand."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import httpx
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SOURCE)}


def bluezone(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bluezone", "phone", *arguments]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)


def opened_in_browser(folder: Path, *arguments: str) -> str:
    """Return the page that the command hands to the browser, and that it prints nothing, not even the token."""
    browser, page = folder / "bin" / "xdg-open", folder / "opened"
    browser.parent.mkdir(exist_ok=True)
    page.unlink(missing_ok=True)
    browser.write_text(f'#!/bin/sh\ncp "$1" "{page}.new" && mv "{page}.new" "{page}"\n')
    browser.chmod(0o755)
    command = [sys.executable, "-m", "bluezone", "phone", *arguments]
    path = {"PATH": f"{browser.parent}:{ENVIRONMENT['PATH']}"}
    done = subprocess.run(command, env=ENVIRONMENT | path, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""
    ends = time.monotonic() + 20
    while not page.exists() and time.monotonic() < ends:
        time.sleep(0.05)
    return page.read_text("utf-8")


def test_the_screens_answer_whoever_has_the_address_and_stop_at_ctrl_c(tmp_path: Path) -> None:
    folder = str(tmp_path / "phone")
    command = [sys.executable, "-m", "bluezone", "phone", "--folder", folder, "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = json.loads(server.stdout.readline())["url"]
            assert bluezone("--folder", folder, "address").stdout.strip() == url
            link = "https://bluezone.example.vn/v?c=7k3mq2xd9abcdef0"
            at = bluezone("--folder", folder, "address", "--link", link).stdout.strip()
            assert (
                opened_in_browser(tmp_path, "--folder", folder, "address", "--open").count(url.replace("&", "&amp;"))
                == 1
            )
            with httpx.Client(trust_env=False) as client:
                assert client.get(at).headers["refresh"] == "0; url=/v?c=7K3MQ2XD9ABCDEF0"
            tapped = "ens://v?c=7K3MQ2XD9ABCDEF0&r=VN"
            page = opened_in_browser(tmp_path, "--folder", folder, "address", "--open", "--link", tapped)
            leads_to = unescape(re.search('url=([^"]+)"', page)[1])  # type: ignore[index]
            with httpx.Client(trust_env=False) as client:
                refresh = client.get(leads_to).headers["refresh"]
                assert refresh == "0; url=/link?text=ens%3A%2F%2Fv%3Fc%3D7K3MQ2XD9ABCDEF0%26r%3DVN"
                answer = client.get(httpx.URL(url).join(refresh.removeprefix("0; url=")))
                assert (answer.status_code, answer.headers["location"]) == (303, "/v?c=7K3MQ2XD9ABCDEF0")
            with httpx.Client(trust_env=False) as client:
                assert client.get(url).status_code == 200
                answer = client.get(httpx.URL(url).join("/"))
                assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
            second = bluezone("--folder", folder, "serve", "--port", "0")
            assert second.returncode == 2
            assert "another program runs this phone already" in second.stderr
            assert "token" not in second.stdout
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
    gone = bluezone("--folder", folder, "address")
    assert (gone.returncode, len(gone.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        *[
            (given, "holds no code")
            for link in (
                "https://bluezone.example.vn/v?c=7K3MQ2XD9ABCDEF1", "https://bluezone.example.vn/", "https://[", "x",
            )
            for given in (("address", "--link", link), ("publish", f"ens://{link}"))
        ],
        (("serve", "--time-zone", "Mars/Olympus"), "is not known"),
        (("serve", "--hotline", "tel:1"), "digits only"),
        (("serve", "--port", "70000"), "--port"),
    ],
)  # fmt: skip
def test_a_link_without_a_code_and_a_wrong_option_are_one_line(run_bluezone, tmp_path, arguments, says) -> None:
    done = run_bluezone("phone", "--folder", tmp_path / "phone", *arguments)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert says in done.err
