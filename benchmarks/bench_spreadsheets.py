"""Measure what a table of 5,000 communes costs: read by command, brought, opened, looked at and stored on the page.

    python benchmarks/bench_spreadsheets.py [--rows 5000] [--json]

CPU seconds of an SQLite installation of its own; each page twice in one process, the second time with the gazetteer
loaded. The command is a process of its own, its start included.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench_contacts import set_up

DAY = dt.date(2020, 8, 20)
_IMPORT = "/officer/rollout/import"


def table(rows: int) -> str:
    """Return a table of so many communes of the country with the province and district of each."""
    from bluezone.geography import catalogue
    from bluezone.geography.units import UnitCode

    units = catalogue.all_units()
    lines = ["Tỉnh,Huyện,Xã,Số lượt cài đặt,Hoạt động"]
    for province in units.children(UnitCode.parse("63:VN"), DAY):
        for district in units.children(province.code, DAY):
            for commune in units.children(district.code, DAY):
                names = (province.full_name, district.full_name, commune.full_name)
                lines.append(",".join((*names, str(500 + len(lines) % 900), str(200 + len(lines) % 200))))
    return "\n".join(lines[: rows + 1]) + "\n"


def by_command(file: Path) -> float:
    """Return the CPU seconds of `bluezone rollout read`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "bluezone", "rollout", "read", str(file), "--date", DAY.isoformat()]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def on_the_page(text: str) -> dict[str, list[float]]:
    """Return the CPU seconds of bringing a table, looking at it and storing it, twice."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from bluezone.authority.officers.models import User
    from bluezone.authority.site import clock
    from bluezone.authority.site.uploads import spreadsheets

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    client, seconds = Client(), dict[str, list[float]]()
    client.force_login(User.objects.create(username="bench", role="ministry", place="/"))

    def timed(name: str, ask: Callable[[], Any]) -> Any:
        began = time.process_time()
        answer = ask()
        seconds.setdefault(name, []).append(round(time.process_time() - began, 2))
        return answer

    for day in ("20/8/2020", "21/8/2020"):
        sent = {"file": SimpleUploadedFile("communes.csv", text.encode()), "default_date": day}
        address = timed("brought", lambda sent=sent: client.post(_IMPORT, sent, secure=True)).headers["Location"]
        timed("opened by the worker", lambda: spreadsheets.open_waiting(clock.now()))
        page = timed("looked at", lambda at=address: client.get(at, secure=True)).content.decode()
        found = re.search(r'name="shown" value="(\w+)"', page)
        assert found is not None
        store = {"shown": found[1]}
        timed("stored", lambda at=address, store=store: client.post(f"{at}/store", store, secure=True))
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    os.environ["BLUEZONE_SECOND_FACTOR"] = "off"
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        file = Path(folder, "communes.csv")
        file.write_text(table(asked.rows))
        found: dict[str, Any] = {"read by command": [round(by_command(file), 2)], **on_the_page(file.read_text())}
    if asked.json:
        print(json.dumps(found))
    for name, each in found.items() if not asked.json else ():
        print(f"{name}: {', '.join(f'{one:.2f}' for one in each)} s of CPU")


if __name__ == "__main__":
    main()
