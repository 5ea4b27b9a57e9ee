"""Fill a database of the authority as officers and phones do, and write its rows to a file that later versions migrate.

    python tools/released_database.py tests/authority/released/0.1.json.gz

The file holds every row of every table in plain JSON, and the migrations that made the tables. Its test lays them under
those migrations again, on SQLite and on PostgreSQL, and then brings them up to date as `bluezone authority migrate`
does. Make one a release, before its first migration changes; never make one again.

Needs an empty BLUEZONE_VAR: it runs in a folder of its own and starts no server. Nothing in it is secret or a person's.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

#: noon in Hậu Giang on 18 August 2020, and the secret of this made-up installation
NOON_S, SECRET = 1_597_752_000, "of the released fixture, and of nothing else"
DAY_S = 86_400
AUTHORITY = Path(__file__).resolve().parents[1] / "src" / "bluezone" / "authority"
_PASSWORD = "a long password 1"  # noqa: S105 (of accounts that are made up)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("say where to write the file: NAME.json.gz")
    with tempfile.TemporaryDirectory(prefix="bluezone-released-") as folder:
        os.environ |= {
            "BLUEZONE_VAR": folder,
            "BLUEZONE_REHEARSAL_CLOCK": f"{folder}/clock",
            "BLUEZONE_SECRET_KEY": SECRET,
            "BLUEZONE_SMS": "file",
            "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
        }
        _set_clock(NOON_S)
        _command("migrate")
        _command("load-history")
        _command("load-example")
        import django

        django.setup()
        from django.conf import settings

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        fill()
        data = json.dumps(dump(), ensure_ascii=False, indent=0, sort_keys=True).encode()
    Path(sys.argv[1]).write_bytes(gzip.compress(data, mtime=0))


def _set_clock(seconds: float) -> None:
    Path(os.environ["BLUEZONE_REHEARSAL_CLOCK"]).write_text(str(seconds), encoding="ascii")


def _command(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "bluezone", "authority", *arguments], check=True, stdout=subprocess.DEVNULL)


# --- what officers and phones do --------------------------------------------------------------------------------------


def fill() -> None:
    """Have something in every table."""
    officers = _officers()
    _diagnosis(officers["province"])
    _campaign(officers)
    _messages(officers["province"])
    _simulation(officers["province"])
    _command("policy", "publish", "bluezone")
    _set_clock(NOON_S + DAY_S)
    _command("roll-up")
    _command("publish")


def _officers() -> dict[str, Any]:
    """An officer of each role; one with a second factor and recovery codes, one with a machine's token."""
    from django.contrib.auth import get_user_model

    from bluezone.authority.officers import second_factor, tokens
    from bluezone.authority.site import clock
    from bluezone.authority.units.models import Organisation

    school = Organisation.objects.filter(sector="schools").order_by("pk")[0]
    posts = {
        "ministry": "/",
        "province": "/63:93/",
        "district": "/63:93/63:930/",
        "commune": "/63:93/63:930/63:31318/",
        "unit-head": school.place,
    }
    made = {}
    for role, place in posts.items():
        made[role] = get_user_model().objects.create_user(
            role,
            password=_PASSWORD,
            full_name=f"Cán bộ ({role})",
            role=role,
            place=place,
            may_confirm=role == "province",
        )
    device = second_factor.pending_phone(made["ministry"])
    device.confirmed = True
    device.save()
    second_factor.new_recovery_codes(made["ministry"])
    tokens.issue(made["province"], clock.now())
    return made


def _client(officer: Any = None) -> Any:
    from django.test import Client

    client = Client(headers={"Accept-Language": "vi"})
    if officer is not None:
        client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _sent(client: Any, path: str, values: dict[str, Any], status: int = 302) -> Any:
    answer = client.post(path, values)
    if answer.status_code != status:
        sys.exit(f"{path}: {answer.status_code} instead of {status}\n{answer.content.decode()}")
    return answer


def _diagnosis(officer: Any) -> None:
    """Cases of each kind; one whose phone has published, one code tried in vain, one that waits."""
    from bluezone.authority.diagnosis import services
    from bluezone.authority.officers.confirming import Issuer
    from bluezone.authority.site import clock
    from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
    from bluezone.protocol.keys import TemporaryExposureKey
    from bluezone.protocol.messages import (
        CertificateRequest,
        CertificateResponse,
        PublishRequest,
        VerifyRequest,
        VerifyResponse,
    )
    from bluezone.protocol.verification import tek_mac

    now, issuer = clock.now(), Issuer(officer=officer)
    today, codes = clock.today(), []
    for report_type in ("confirmed", "clinical", "self", "negative"):
        _, code, _ = services.open_case(
            report_type=report_type, onset_date=today, test_date=today, issuer=issuer, now=now, file_number="12/2020"
        )
        codes.append(code.short)
    phone, start = _client(), interval_number(now.timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
    keys = tuple(
        TemporaryExposureKey(secrets.token_bytes(16), start - back * INTERVALS_PER_DAY) for back in range(1, 15)
    )
    hmac_key = secrets.token_bytes(16)

    def post(path: str, body: bytes, status: int = 200) -> bytes:
        answer = phone.post(path, body, content_type="application/json")
        if answer.status_code != status:
            sys.exit(f"{path}: {answer.status_code}")
        return bytes(answer.content)

    token = VerifyResponse.from_json(post("/api/verify", VerifyRequest(codes[0]).to_json())).token
    asked = CertificateRequest(token, tek_mac(keys, hmac_key))
    certificate = CertificateResponse.from_json(post("/api/certificate", asked.to_json())).certificate
    post("/v1/publish", PublishRequest(keys, "vn.bluezone", certificate, hmac_key).to_json())
    post("/api/verify", VerifyRequest("00000000").to_json(), 400)


def _campaign(officers: dict[str, Any]) -> None:
    """Figures of all classes of sources, a population, a file that waits, reminders, an order, a bulletin, phones."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from bluezone.authority.campaign.bulletins import services as bulletins
    from bluezone.authority.campaign.figures.models import Population
    from bluezone.authority.campaign.figures.store import People, add_populations
    from bluezone.authority.site import clock
    from bluezone.geography import catalogue
    from bluezone.geography.units import UnitCode
    from bluezone.protocol.installations import Activity, Registration

    province = _client(officers["province"])
    figure = {"unit": "63:93", "date": "17/8/2020", "installs": "60.000", "with_phone": "50.000", "active": "40.000"}
    _sent(province, "/officer/rollout/figures/new", figure)
    _sent(_client(officers["ministry"]), "/officer/rollout/figures/new", figure | {"source": "https://example.org/1"})
    table = "đơn vị;ngày;số cài đặt\n63:930;16/8/2020;9.000\n63:931;16/8/2020;8.000\n".encode()
    _sent(province, "/officer/rollout/import", {"file": SimpleUploadedFile("so-lieu.csv", table)})
    phones = [secrets.token_bytes(16) for _ in range(8)]
    phone = _client()
    for each in phones:
        phone.post("/v1/installations", Registration(each, "android", "1.0", "63:31318").to_json(), "application/json")
    for each in phones[:5]:
        phone.post("/v1/activity", Activity(each).to_json(), "application/json")
    unit = catalogue.all_units().unit(UnitCode.parse("63:93"))
    bulletins.issue(unit, clock.today(), clock.now())
    _sent(province, "/officer/rollout/reports/reminded", {"of": "districts", "date": "2020-08-18", "all": "yes"})
    population = People(UnitCode.parse("63:930"), Population.Measure.POPULATION, 75_000, clock.today(), "Cục Thống kê")
    add_populations([population], officers["province"], clock.now())


def _messages(officer: Any) -> None:
    """A piece of news, a number that is confirmed and one that waits."""
    from django.conf import settings

    from bluezone.protocol.phone_numbers import CodeRequest, Confirmation

    phone, asked = _client(), [secrets.token_bytes(16), secrets.token_bytes(16)]
    for request, number in zip(asked, ("+84912345678", "+84987654321"), strict=True):
        phone.post("/v1/phone-number/code", CodeRequest(request=request, number=number).to_json(), "application/json")
    sent = [json.loads(line) for line in (settings.BLUEZONE.var / "messages.jsonl").read_text("utf-8").splitlines()]
    code = re.search(r"\d{6,}", sent[0]["text"])
    assert code is not None
    phone.post("/v1/phone-number/confirm", Confirmation(request=asked[0], code=code[0]).to_json(), "application/json")
    form = {
        "unit": "63:93", "kind": "advice", "days": "14", "form_id": str(uuid.uuid4()),
        "title_vi": "Rửa tay", "text_vi": "Rửa tay bằng xà phòng.", "title_en": "", "text_en": "",
    }  # fmt: skip
    _sent(_client(officer), "/officer/news/new", form)


def _simulation(officer: Any) -> None:
    """A question that waits for its answer."""
    from bluezone.authority.simulations.models import Simulation
    from bluezone.authority.site import clock

    Simulation.objects.create(
        unit="63:93", place="/63:93/", name="Tỉnh Hậu Giang", people=733_017, uptakes=[0.0754, 0.3], headline=0.3,
        days=150, seeds=5, strain="wild", initial_infections=50, asked_by=officer, asked_at=clock.now(),
    )  # fmt: skip


# --- its rows ---------------------------------------------------------------------------------------------------------


def dump() -> dict[str, Any]:
    """Return every row by model, as text of each field, each app's newest migration, and ours by digest."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    tables = {
        model._meta.label_lower: [_row(row) for row in model._base_manager.order_by("pk")]
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }
    files = sorted(AUTHORITY.glob("*/migrations/[0-9]*.py"))
    return {
        "migrations": sorted(MigrationLoader(connection).graph.leaf_nodes()),
        "sources": {str(file.relative_to(AUTHORITY)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        "rows": {name: rows for name, rows in tables.items() if rows},
    }


def _row(row: Any) -> dict[str, Any]:
    from django.db.models import JSONField

    def value(field: Any) -> Any:
        own = getattr(row, field.attname)
        return own if own is None or isinstance(field, JSONField) else field.value_to_string(row)

    return {field.attname: value(field) for field in row._meta.concrete_fields}


if __name__ == "__main__":
    main()
