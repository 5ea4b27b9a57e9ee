"""A list of units in units: a school comes with its classes in one file, whichever row comes first."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bluezone.authority.units import services
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 15)
HEADER = "Tên đơn vị,Lĩnh vực,Xã,Số người,Thuộc đơn vị"
SCHOOL = [
    "Lớp 6A,,,41,Trường THCS số 1",
    "Trường THCS số 1,trường học,Phường I,860,",
    "Lớp 6B,,,39,trường thcs số 1",
    "KCN Sông Hậu,khu công nghiệp,Phường I,,",
    "Công ty may,,,300,KCN Sông Hậu",
    "Xưởng cắt,công ty,,120,Công ty may",
]


@pytest.fixture
def bring(officer, client):
    """Upload a list as the district's officer, and store it; gives the page of the preview."""
    officer("district")

    def upload(rows: list[str], header: str = HEADER, *, store: bool = True) -> str:
        data = io.BytesIO("\n".join([header, *rows]).encode()).getvalue()
        answer = client.post("/officer/units/upload", {"file": SimpleUploadedFile("list.csv", data)})
        assert answer.status_code == 302, answer.content.decode()
        page = client.get(answer["Location"]).content.decode()
        if store:
            shown = re.search(r'name="shown" value="([^"]+)"', page)
            assert shown, page
            assert client.post(f"{answer['Location']}/store", {"shown": shown[1]}).status_code == 302
        return page

    return upload


def tree() -> dict[str, str]:
    rows = Organisation.objects.filter(closed_on=None).select_related("parent")
    return {row.name: row.parent.name if row.parent else "" for row in rows}


EXPECTED = {
    "Trường THCS số 1": "", "Lớp 6A": "Trường THCS số 1", "Lớp 6B": "Trường THCS số 1",
    "KCN Sông Hậu": "", "Công ty may": "KCN Sông Hậu", "Xưởng cắt": "Công ty may",
}  # fmt: skip


def test_a_school_comes_with_its_classes_and_a_zone_with_its_companies(bring):
    bring(SCHOOL)
    assert tree() == EXPECTED
    sectors = dict(Organisation.objects.values_list("name", "sector"))
    assert (sectors["Lớp 6A"], sectors["Công ty may"]) == ("schools", "companies")
    assert set(Organisation.objects.values_list("within", flat=True)) == {"63:31318"}


def test_the_same_list_again_changes_nothing(bring):
    bring(SCHOOL)
    before = set(Organisation.objects.values_list("pk", "line", "headcount"))
    page = bring(SCHOOL, store=False)
    assert not re.search(r">(mới|thay)", page), "something would be added or changed"
    bring(SCHOOL[:3])
    assert set(Organisation.objects.values_list("pk", "line", "headcount")) == before


def test_a_list_puts_what_is_there_into_a_unit_and_an_empty_cell_takes_nothing_out(bring):
    firm = services.register(Facts("Công ty may", "companies", UnitCode.parse("63:31318"), 300), DAY)
    bring(SCHOOL[3:5])
    firm.refresh_from_db()
    assert firm.parent is not None
    bring(["Công ty may,công ty,Phường I,310,"])
    firm.refresh_from_db()
    assert (firm.parent.name, firm.headcount) == ("KCN Sông Hậu", 310)
    bring(["Công ty may,công ty,Phường I,320"], "Tên đơn vị,Lĩnh vực,Xã,Số người")
    assert Organisation.objects.filter(name="Công ty may").count() == 1


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["Lớp 6A,,,41,Trường số 9"], "Trường số 9"),
        (["A,trường học,Phường I,10,B", "B,trường học,Phường I,10,A"], "vòng"),
        (["A,trường học,Phường I,10,", "A,công ty,Phường I,10,", "Lớp 6A,,,41,A"], "2, 3"),
        (["A,trường học,Phường I,0,", "Lớp 6A,,,41,A"], "dòng 2"),
        (["A,trường học,Phường I,10,", "Lớp 6A,,Phường III,41,A"], "goài địa bàn"),
    ],
)
def test_a_unit_that_cannot_lie_in_another_is_named_with_its_line(bring, rows, sentence):
    assert sentence in bring(rows, store=False)
