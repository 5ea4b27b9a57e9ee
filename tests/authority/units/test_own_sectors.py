"""Sectors that the ministry or a province adds on a page: used at once, renamed, closed while an order runs."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bluezone.authority.campaign.bulletins.services import report_of
from bluezone.authority.campaign.orders.models import Directive
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation, OwnSector
from bluezone.authority.units.rules import SectorError
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.sectors import KEY_LENGTH

DAY = dt.date(2020, 8, 15)
NIGHT = {
    "name": "Chợ đêm", "name_english": "Night markets", "counted": "tiểu thương", "asked": "ban quản lý",
    "office": "Sở Công Thương", "words": "chợ đêm, phố đi bộ",
}  # fmt: skip
ORDER = {
    "number": "5/UBND", "issued": "14/8/2020", "issuer": "UBND tỉnh", "scope": "Hậu Giang", "target": "30%",
    "base": "headcount", "deadline": "30/8/2020", "responsible": "Chủ tịch", "depth": "one level", "how": "equalise",
    "step": "store",
}  # fmt: skip


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def night(officer: Any, client: Any) -> OwnSector:
    officer("province")
    there = client.post("/officer/units/sectors/new", NIGHT).headers["Location"]
    row = OwnSector.objects.get()
    assert there == f"/officer/units/sectors/{row.key}"
    return row


def test_a_province_adds_a_sector_and_every_page_takes_it(night: OwnSector, client: Any) -> None:
    assert (night.key, night.place, night.words) == ("night-markets", "/63:93/", "cho dem\npho di bo")
    for path in ("/officer/units/sectors", "/officer/units/new", "/officer/directives/new"):
        assert "Chợ đêm" in text_of(client.get(path)), path
    client.cookies["django_language"] = "en"
    assert "Night markets" in text_of(client.get("/officer/units/sectors"))
    del client.cookies["django_language"]
    unit = {"name": "Chợ đêm Vị Thanh", "sector": night.key, "within": "63:31318", "headcount": "90"}
    client.post("/officer/units/new", unit)
    assert "Chợ đêm Vị Thanh" in text_of(client.get(f"/officer/units/?sector={night.key}"))
    shown = client.post("/officer/directives/new", ORDER | {"sectors": [night.key]}).headers["Location"]
    page = text_of(client.get(shown))
    assert "Chợ đêm" in page
    assert "Sở Công Thương" in page


def test_a_list_names_an_added_sector_by_its_words(night: OwnSector, client: Any) -> None:
    rows = "Tên đơn vị;Xã;Số người\nPhố đi bộ Vị Thanh;63:31318;30\nChợ Vị Thanh;63:31318;400\n"
    there = client.post("/officer/units/upload", {"file": SimpleUploadedFile("u.csv", rows.encode())}).headers[
        "Location"
    ]
    shown = re.search(r'name="shown" value="([^"]+)"', text_of(client.get(there)))
    assert shown is not None
    client.post(f"{there}/store", {"shown": shown[1]})
    assert dict(Organisation.objects.values_list("name", "sector")) == {
        "Phố đi bộ Vị Thanh": night.key,
        "Chợ Vị Thanh": "markets",
    }


def test_a_sector_is_chosen_in_its_place_and_those_below_only(night: OwnSector, officer: Any, client: Any) -> None:
    for name, offered in (("district", True), ("commune", True), ("neighbour", False), ("ministry", False)):
        officer(name)
        assert ("Chợ đêm" in text_of(client.get("/officer/units/new"))) is offered, name
    assert night.key not in sectors.of_place("/63:92/")
    assert sectors.name_of(night.key, language=Language.VIETNAMESE) == "Chợ đêm"


def test_only_the_ministry_and_a_province_add_sectors_and_change_their_own(
    night: OwnSector, officer: Any, client: Any
) -> None:
    for name in ("district", "commune"):
        officer(name)
        assert client.get("/officer/units/sectors/new").status_code == 403
        assert client.get("/officer/units/sectors").status_code == 200
        assert client.post(f"/officer/units/sectors/{night.key}", NIGHT).status_code == 403
    for name in ("neighbour", "ministry"):
        officer(name)
        assert client.post(f"/officer/units/sectors/{night.key}", NIGHT).status_code == 404
        assert client.post(f"/officer/units/sectors/{night.key}/close").status_code == 404
    officer("ministry")
    assert client.post("/officer/units/sectors/new", NIGHT | {"name": "Lễ hội", "name_english": "Festivals"})
    officer("neighbour")
    assert "Lễ hội" in text_of(client.get("/officer/units/new"))


def test_a_renamed_sector_keeps_its_key(night: OwnSector, client: Any) -> None:
    client.post(f"/officer/units/sectors/{night.key}", NIGHT | {"name": "Phố đi bộ", "name_english": "Walking streets"})
    night.refresh_from_db()
    assert (night.key, night.name) == ("night-markets", "Phố đi bộ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "Chợ, siêu thị, trung tâm thương mại"}, "đã có lĩnh vực"),
        ({"name_english": "Schools: pupils, students and their families"}, "đã có lĩnh vực"),
        ({"name": "Chợ đêm"}, "đã có lĩnh vực"),
        ({"name": "!!!"}, "tên bằng cả hai ngôn ngữ"),
        ({"name": ""}, "Tên tiếng Việt"),
    ],
)
def test_what_cannot_be_a_sector_is_said(night: OwnSector, client: Any, change: dict[str, str], sentence: str) -> None:
    other = NIGHT | {"name": "Bến đò", "name_english": "Ferries"}
    page = text_of(client.post("/officer/units/sectors/new", other | change), 400)
    assert sentence.casefold() in page.casefold()
    assert OwnSector.objects.count() == 1


def test_a_sector_closed_while_an_order_runs_stays_in_it_and_is_said_so(night: OwnSector, client: Any) -> None:
    unit = {"name": "Chợ đêm Vị Thanh", "sector": night.key, "within": "63:31318", "headcount": "90"}
    client.post("/officer/units/new", unit)
    shown = client.post("/officer/directives/new", ORDER | {"sectors": [night.key]}).headers["Location"]
    client.post(f"/officer/units/sectors/{night.key}/close")
    page = text_of(client.get(shown))
    assert "Chợ đêm" in page
    assert "lĩnh vực đã đóng" in page
    assert Directive.objects.get().targets.get(key=night.key).people == 90
    hau_giang = catalogue.all_units().unit(UnitCode.parse("63:93"), DAY)
    (line,) = report_of(hau_giang, DAY, Wanted(forecast=False)).sectors
    assert line.closed
    assert "Chợ đêm</option>" not in text_of(client.get("/officer/units/new"))
    code = Organisation.objects.get().code
    assert "Chợ đêm (đã đóng)" in text_of(client.get(f"/officer/units/{code}/edit"))  # what it has it keeps
    assert client.post(f"/officer/units/{code}/edit", unit | {"headcount": "95"}).status_code == 302
    for address, body in (
        ("/officer/units/new", unit | {"name": "Khác"}),
        ("/officer/directives/new", ORDER | {"number": "6/UBND", "sectors": [night.key, "schools"]}),
    ):
        late = text_of(client.post(address, body), 400)
        assert "Đã đóng sau khi bạn mở trang: Chợ đêm." in late
        assert body["name" if "name" in body else "number"] in late, "what was typed stays"
    client.post(f"/officer/units/sectors/{night.key}/reopen")
    assert "lĩnh vực đã đóng" not in text_of(client.get(shown))


def test_a_list_that_names_a_closed_sector_says_that_it_is_closed(night: OwnSector, client: Any) -> None:
    client.post(f"/officer/units/sectors/{night.key}/close")
    data = "Tên đơn vị,Lĩnh vực,Xã,Số người\nChợ A,Chợ đêm,Phường I,90\nChợ B,chợ chiều,Phường I,80\n".encode()
    answer = client.post("/officer/units/upload", {"file": SimpleUploadedFile("list.csv", data)})
    page = text_of(client.get(answer["Location"]))
    assert "“Chợ đêm” là lĩnh vực đã đóng" in page
    assert "“chợ chiều” là lĩnh vực đã đóng" not in page


def test_keys_are_short_and_never_used_twice(db: Any) -> None:
    def add(place: str) -> OwnSector:
        names = {"name": "Chợ A", "name_english": "A very long name of a sector indeed"}
        return sectors.store(OwnSector(place=place, created_on=DAY, **names))

    first, second = add("/63:93/"), add("/63:92/")
    assert first.key != second.key
    assert max(len(first.key), len(second.key)) <= KEY_LENGTH
    sectors.close(first, DAY)
    third = add("/63:93/")
    assert third.key not in (first.key, second.key)
    with pytest.raises(SectorError):
        sectors.reopen(first)


def test_of_two_who_change_one_sector_the_second_undoes_nothing_unseen(night: OwnSector, client: Any) -> None:
    address = f"/officer/units/sectors/{night.key}"
    read = re.search(r'name="read" value="(\w+)"', text_of(client.get(address)))[1]
    assert client.post(address, NIGHT | {"office": "Ban quản lý chợ", "read": read}).status_code == 302
    page = text_of(client.post(address, NIGHT | {"asked": "tổ trưởng", "read": read}), 400)
    assert "Có người khác vừa sửa nội dung này" in page
    assert "Ban quản lý chợ" in page
    assert "tổ trưởng" in page, "nothing that was written is lost"
    night.refresh_from_db()
    assert (night.office, night.asked) == ("Ban quản lý chợ", "ban quản lý")
    again = re.search(r'name="read" value="(\w+)"', page)[1]
    assert client.post(address, NIGHT | {"asked": "tổ trưởng", "read": again}).status_code == 302
