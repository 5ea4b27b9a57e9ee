"""The first day of a new officer of the ministry, of a province and of a commune, and of a school's head: from the link
that was handed over to the bulletin, over HTTP, with the phone's code."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_otp.oath import TOTP

from bluezone.authority.campaign.bulletins import services as bulletins
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.officers.models import Phone, User
from bluezone.authority.units.services import Facts, register
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode

PASSWORD = "một câu thật dài 2020"


@pytest.fixture(autouse=True)
def real_login(db, environment, set_clock):
    """With the second factor, at half past four in the afternoon."""
    set_clock.now = dt.datetime(2020, 8, 18, 9, 30, tzinfo=dt.UTC)
    environment(second_factor=True)


def first_login(link: str, name: str) -> Client:
    """Sets the password by the link, logs in, sets the phone up, and lands where the day begins."""
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    entered = client.post("/officer/login", {"username": name, "password": PASSWORD}, follow=True)
    assert "/second-factor" in entered.redirect_chain[-1][0]
    client.get("/officer/second-factor/new")
    device = Phone.objects.get(user__username=name)
    codes = client.post("/officer/second-factor/new", {"token": f"{TOTP(device.seed).token():06}"})
    assert codes.status_code == 200
    return client


def appointed(by: Client, name: str, full_name: str, role: str, unit: str) -> Client:
    sent = {"full_name": full_name, "username": name, "role": role, "unit": unit}
    page = by.post("/officer/officers/new", sent).content.decode()
    return first_login(re.search(r"http://testserver(/officer/setup/[^<\s]+)", page)[1], name)


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


@pytest.mark.thorough
def test_from_the_ministry_down_to_a_school_in_a_day(set_clock):
    # The server's keeper makes the ministry's officer, who makes the province's, and so on down.
    ministry_user = User.objects.create_user("bo", password=PASSWORD, role="ministry", place="/")
    ministry = Client()
    ministry.post("/officer/login", {"username": "bo", "password": PASSWORD})
    ministry.get("/officer/second-factor/new")
    device = Phone.objects.get(user=ministry_user)
    ministry.post("/officer/second-factor/new", {"token": f"{TOTP(device.seed).token():06}"})
    assert "Số cài đặt hôm nay" in text_of(ministry.get("/officer/", follow=True))

    province = appointed(ministry, "tinh", "Nguyễn Thị Huệ", "province", "Hậu Giang")
    first = text_of(province.get("/officer/rollout/"))
    assert "Chưa có số liệu" in first
    assert "Số cài đặt hôm nay" in first

    # The province has a table of its districts of yesterday and today, with a slip in it.
    districts = catalogue.all_units().children(UnitCode.parse("63:93"), dt.date(2020, 8, 18))
    lines = ["Ngày;Đơn vị;Số lượt cài"]
    for day, more in (("17/8/2020", 0), ("18/8/2020", 300)):
        lines += [f"{day};{unit.full_name};{6_000 + 10 * number + more}" for number, unit in enumerate(districts[:6])]
    lines[3] = lines[3].replace(";60", ";6o")
    page = province.post("/officer/rollout/import", {"file": SimpleUploadedFile("h.csv", "\n".join(lines).encode())})
    preview = province.get(page.url)
    assert re.findall(r'<tr id="d(\d+)" class="off', text_of(preview)) == ["4"]
    province.post(f"{page.url}/store", {"shown": preview.context["shown"]})
    assert DailyCount.objects.count() == 11
    province.post("/officer/rollout/figures/new", {"unit": "Hậu Giang", "date": "18/8/2020", "installs": "61.000"})

    # Two districts are silent: they are reminded.
    assert "Số cài đặt hôm nay" not in text_of(province.get("/officer/rollout/"))
    reminders = province.get("/officer/rollout/reports/remind?of=districts")
    keys = [each["key"] for each in reminders.context["texts"]]
    assert len(keys) == 2
    province.post("/officer/rollout/reports/reminded", {"of": "districts", "key": keys})
    assert province.get("/officer/rollout/reports").context["due"] == 0

    # A commune's officer enters a school, its head reports, the commune sees it.
    commune_unit = catalogue.all_units().children(districts[0].code, dt.date(2020, 8, 18))[0]
    commune = appointed(province, "xa", "Phạm Văn Tư", "commune", str(commune_unit.code))
    commune.post("/officer/rollout/figures/new",
                 {"unit": str(commune_unit.code), "date": "18/8/2020", "installs": "612"})  # fmt: skip
    school = register(Facts("Trường THPT Vị Thanh", "schools", commune_unit.code, headcount=900), dt.date(2020, 8, 18))
    head = appointed(commune, "truong", "Võ Minh Hiếu", "unit-head", school.code)
    assert head.post("/officer/rollout/own", {"date": "18/8/2020", "installs": "310"}).status_code == 302
    assert commune.get("/officer/rollout/reports").context["counts"]["received"] == 1
    assert head.get("/officer/rollout/reports").status_code == 403

    # At five the bulletins are made; everybody reads the own one, the ministry all of them.
    assert bulletins.issue_due(set_clock.forward(hours=1)).made > 3
    assert "61.000" in text_of(province.get("/officer/bulletins/63:93/2020-08-18.txt"))
    assert "612" in text_of(commune.get(f"/officer/bulletins/{commune_unit.code}/2020-08-18.txt"))
    assert commune.get("/officer/bulletins/63:93/2020-08-18.txt").status_code == 403
    units = {line["row"].unit for line in ministry.get("/officer/bulletins/?unit=all").context["rows"]}
    assert {"63:VN", "63:93", str(districts[0].code), str(commune_unit.code)} <= units

    # The audit log says who did what, to each within its borders.
    whole, small = (text_of(client.get("/officer/changes")) for client in (ministry, commune))
    assert "Tỉnh Hậu Giang, 18/8/2020" in whole
    assert "Tỉnh Hậu Giang, 18/8/2020" not in small
    assert "Trường THPT Vị Thanh" in small
