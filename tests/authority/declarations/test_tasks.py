"""The task of a declaration in the list of work."""

from __future__ import annotations

import pytest
from tests.authority.declarations.conftest import COMMUNE, ILL

pytestmark = pytest.mark.django_db


def test_the_list_of_work_says_whom_to_call_and_leads_to_the_sheet(client, officer, declared):
    officer("commune", COMMUNE)
    row = declared(**ILL)
    page = client.get("/officer/work/").content.decode()
    assert f"/officer/declarations/{row.pk}" in page
    assert "Tờ khai: gọi ngay" in page
    assert "Khai báo y tế toàn dân" in page
    assert "Nguyễn Thị Lan" not in page
