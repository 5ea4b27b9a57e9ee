"""A table of another app is no table of Bluezone."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import read_rows, taken

from bluezone.rollout.reading.apps import Apps, apps_of, other_app


@pytest.mark.parametrize(
    ("titles", "names", "apps"),
    [
        (["Kết quả cài NCOVI và Bluezone"], ["Sheet1"], Apps(both="Kết quả cài NCOVI và Bluezone")),
        (["Kết quả cài NCOVI và Bluezone"], ["NCOVI", "bao cao"], Apps(ncovi="NCOVI")),
        (["Kết quả cài NCOVI và Bluezone"], ["Bluezone"], Apps(bluezone=True)),
        (["Kết quả cài Bluezone", "Về việc cài NCOVI và Bluezone"], [], Apps(bluezone=True)),
        (["đến 20/8/2020", "Kết quả khai báo NCOVI"], ["Sheet1"], Apps(ncovi="Kết quả khai báo NCOVI")),
        (["Kết quả đến 20/8/2020"], [], Apps()),
        (["Gửi về nhóm Zalo trước 16h", "Kết quả cài Bluezone"], [], Apps(bluezone=True)),
        (["II. Kết quả cài VssID", "Kết quả cài Bluezone"], [], Apps(other="II. Kết quả cài VssID")),
        (["Kết quả đến 20/8/2020"], ["Zalo"], Apps(other="Zalo")),
    ],
)
def test_the_nearest_title_says_which_app(titles: list[str], names: list[str], apps: Apps) -> None:
    assert apps_of(titles, names) == apps


@pytest.mark.parametrize(
    "text",
    [
        "Số người cài ứng dụng VssID",
        "KẾT QUẢ CÀI ĐẶT APP SMART QUẢNG NINH",
        "Kết quả cài ứng dụng Hậu Giang Smart",
        "Cài đặt Hậu Giang App",
        "Cài phần mềm Sổ sức khỏe điện tử",
        "Kết quả cài ứng dụng khai báo y tế",
        "Đăng ký dịch vụ công trực tuyến",
    ],
)
def test_another_app_is_known_by_its_name(text: str) -> None:
    assert other_app(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kết quả cài đặt ứng dụng đến 20/8/2020",
        "Kết quả cài đặt ứng dụng trên địa bàn huyện",
        "Kết quả cài ứng dụng truy vết COVID-19",
        "Kết quả cài app phòng chống dịch",
        "Số người cài app",
        "Cài ứng dụng khẩu trang điện tử tại các xã",
        "Kết quả cài đặt ứng dụng tuần 3",
        "Kết quả cài đặt ứng dụng BLUZONE",
        "Cài ứng dụng Buezone",
        "Cài ứng dụng hỗ trợ phòng chống dịch",
        "Số người đăng ký trên app",
    ],
)
def test_what_bluezone_is_called_besides_is_no_other_app(text: str) -> None:
    assert not other_app(text)


HEAD = ["TT", "Huyện", "Số lượng"]
ROWS = [[1, "Vị Thanh", 7240], [2, "Ngã Bảy", 4810], [3, "Vị Thủy", 6120]]


def test_another_app_alone_is_asked() -> None:
    rows = [["SỐ NGƯỜI CÀI ỨNG DỤNG VssID ĐẾN 20/8/2020"], HEAD, *ROWS]
    reading = read_rows(book(("Sheet1", rows)))
    assert reading.question is not None
    assert reading.question.key == "app"
    assert not read_rows(book(("Sheet1", rows)), answers={"app": "none"}).figures
    assert taken(read_rows(book(("Sheet1", rows)), answers={"app": "bluezone"})) == {("installs", "", "2020-08-20")}


def test_another_app_beside_bluezone_is_left_out_by_name() -> None:
    bluezone = [["KẾT QUẢ CÀI BLUEZONE ĐẾN 20/8/2020"], HEAD, *ROWS]
    other = [["KẾT QUẢ CÀI APP HẬU GIANG ĐẾN 21/8/2020"], HEAD, *ROWS]
    reading = read_rows(book(("Bluezone", bluezone), ("HG App", other)))
    assert taken(reading) == {("installs", "", "2020-08-20")}
    assert any("another app" in str(notice.text) for notice in reading.notices)
