"""Load an example to look around in: Hậu Giang in August 2020, the real order, the printed figures, and made-up units.

Every made-up unit has "(ví dụ)" in its name and carries a mark, as do the orders; `remove` takes them all away again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction

from bluezone.authority.campaign.figures import store as figures_store
from bluezone.authority.campaign.orders import services, tree
from bluezone.authority.campaign.orders.models import Directive
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers.models import Office
from bluezone.authority.outreach import services as outreach
from bluezone.authority.units import services as organisations
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.rules import SECTORS_IN
from bluezone.authority.units.services import Facts
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.counts import Count, OrganisationCode
from bluezone.rollout.directives import Base, Letter
from bluezone.rollout.history import reported_counts
from bluezone.rollout.households import Outcome
from bluezone.rollout.sectors import BUILT_IN

#: the source of made-up figures
SOURCE = "example"
_PROVINCE = UnitCode.parse("63:93")
# The paper (Báo Hậu Giang, 15 August 2020) says "has just sent an express letter"; it names neither number nor day.
_NUMBER = "Công văn hỏa tốc tháng 8/2020 (ví dụ)"
_ISSUED, _DEADLINE, _GIVEN_ON = dt.date(2020, 8, 14), dt.date(2020, 8, 30), dt.date(2020, 8, 15)
_FIGURES_FROM, _FIGURES = dt.date(2020, 8, 8), 13
#: name, headcount, where, who heads it
_UNITS: dict[str, list[tuple[str, int, str, str]]] = {
    "state-agencies": [
        ("Sở Thông tin và Truyền thông", 48, "63:93", "Giám đốc Sở"),
        ("Sở Y tế", 64, "63:93", "Giám đốc Sở"),
        ("Trung tâm Y tế thành phố", 142, "63:930", "Giám đốc Trung tâm"),
        ("UBND phường I", 31, "63:31318", "Chủ tịch UBND phường"),
        ("UBND thị trấn Nàng Mau", 34, "63:31441", "Chủ tịch UBND thị trấn"),
    ],
    "armed-forces": [
        ("Công an thành phố", 95, "63:930", "Trưởng Công an"),
        ("Ban Chỉ huy Quân sự huyện", 42, "63:934", "Chỉ huy trưởng"),
        ("Ban Chỉ huy Quân sự xã Đông Phú", 9, "63:31375", "Chỉ huy trưởng"),
    ],
    "schools": [
        ("Trường THPT số 1", 1_240, "63:31324", "Hiệu trưởng"),
        ("Trường THCS số 2", 860, "63:31340", "Hiệu trưởng"),
        ("Trường Tiểu học số 3", 540, "63:31366", "Hiệu trưởng"),
        ("Trường Mầm non số 4", 38, "63:31393", "Hiệu trưởng"),
        ("Trường Cao đẳng số 5", 2_100, "63:930", "Hiệu trưởng"),
        ("Trung tâm Giáo dục thường xuyên", 310, "63:31471", "Giám đốc Trung tâm"),
    ],
    "hospitality": [
        ("Khách sạn số 1", 24, "63:31318", "Giám đốc"),
        ("Nhà hàng số 2", 18, "63:31321", "Chủ nhà hàng"),
        ("Quán ăn số 3", 6, "63:31362", "Chủ quán"),
        ("Khu nghỉ số 4", 35, "63:31381", "Quản lý"),
    ],
    "stations": [
        ("Bến xe số 1", 22, "63:31327", "Trưởng bến"),
        ("Bến xe số 2", 17, "63:31341", "Trưởng bến"),
        ("Bến tàu số 3", 12, "63:31318", "Trưởng bến"),
        ("Bến phà số 4", 8, "63:31378", "Trưởng bến"),
    ],
    "companies": [
        ("Công ty may số 3", 1_850, "63:31363", "Giám đốc"),
        ("Công ty thủy sản số 4", 2_400, "63:31379", "Giám đốc"),
        ("Công ty mía đường số 5", 480, "63:31396", "Giám đốc"),
    ],
    "markets": [
        ("Chợ số 1", 420, "63:31318", "Ban quản lý chợ"),
        ("Chợ nổi số 2", 260, "63:31340", "Ban quản lý chợ"),
        ("Siêu thị số 6", 130, "63:31324", "Quản lý"),
    ],
    "neighbourhoods": [
        ("Khu vực 1, phường I", 1_320, "63:31318", "Trưởng khu vực"),
        ("Khu vực 2, phường Lái Hiếu", 980, "63:31341", "Trưởng khu vực"),
        ("Ấp 3, xã Vị Tân", 1_105, "63:31333", "Trưởng ấp"),
        ("Ấp 4, xã Hiệp Hưng", 760, "63:31429", "Trưởng ấp"),
        ("Ấp 5, xã Lương Tâm", 640, "63:31492", "Trưởng ấp"),
        ("Ấp 6, xã Vĩnh Viễn A", 44, "63:31490", "Trưởng ấp"),
        ("Ấp 7, xã Long Phú", 890, "63:31480", "Trưởng ấp"),
    ],
    "quarantine": [
        ("Khu cách ly tập trung số 1", 120, "63:31330", "Trưởng khu cách ly"),
        ("Khu cách ly tập trung số 2", 65, "63:31399", "Trưởng khu cách ly"),
        ("Cách ly tại nhà, xã Tân Bình", 7, "63:31399", "Trạm trưởng Y tế xã"),
    ],
    "transport": [
        ("Công ty vận tải số 1", 46, "63:31327", "Giám đốc"),
        ("Hợp tác xã xe khách số 2", 28, "63:31341", "Chủ nhiệm"),
    ],
    "zones": [
        ("Khu công nghiệp số 1", 5_200, "63:31379", "Ban quản lý khu công nghiệp"),
        ("Cụm công nghiệp số 2", 640, "63:31363", "Ban quản lý cụm công nghiệp"),
    ],
    "hospitals": [
        ("Bệnh viện đa khoa số 1", 410, "63:930", "Giám đốc bệnh viện"),
        ("Trạm Y tế số 2", 8, "63:31381", "Trạm trưởng"),
    ],
    "housing": [("Nhà trọ công nhân số 1", 180, "63:31379", "Chủ nhà trọ")],
    "unions": [
        ("Tỉnh đoàn", 1_900, "63:93", "Bí thư"),
        ("Hội Nông dân huyện", 720, "63:934", "Chủ tịch Hội"),
        ("Hội Liên hiệp Phụ nữ xã", 260, "63:31375", "Chủ tịch Hội"),
    ],
}

#: what lies in one of them: name, headcount, who heads it
_PARTS: dict[str, list[tuple[str, int, str]]] = {
    "Trường THCS số 2": [
        ("Lớp 6A", 43, "Giáo viên chủ nhiệm"),
        ("Lớp 6B", 41, "Giáo viên chủ nhiệm"),
        ("Lớp 7A", 40, "Giáo viên chủ nhiệm"),
        ("Lớp 7B", 44, "Giáo viên chủ nhiệm"),
    ],
    "Khu công nghiệp số 1": [
        ("Công ty bao bì số 1", 620, "Giám đốc"),
        ("Công ty chế biến số 2", 1_480, "Giám đốc"),
        ("Công ty giày số 3", 2_050, "Giám đốc"),
    ],
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Report what was added: figures of papers, units, orders."""

    figures: int
    units: int
    orders: int


@transaction.atomic
def load() -> Loaded:
    """Add what is not there yet. Run again, it changes nothing."""
    figures = figures_store.store(reported_counts())
    units = [_unit(sector, *row) for sector, rows in _UNITS.items() for row in rows]
    units += [_part(holder, *row) for holder, rows in _PARTS.items() for row in rows]
    made = [unit for unit in units if unit is not None]
    if made:
        _reach()
    figures_store.store(count for position, unit in enumerate(made) for count in _figures(unit, position))
    orders = 0 if Directive.objects.filter(is_example=True).exists() else _orders()
    return Loaded(figures, len(made), orders)


@transaction.atomic
def remove() -> int:
    """Delete the made-up units, their figures and the example orders; return how many units there were. The figures
    that papers printed stay."""
    Directive.objects.filter(is_example=True).delete()
    Office.objects.filter(is_example=True).delete()
    rows = Organisation.objects.filter(is_example=True)
    codes = list(rows.values_list("code", flat=True))
    rows.delete()
    figures_store.forget(codes)
    figures_store.figures_changed()
    return len(codes)


def _unit(sector: str, name: str, headcount: int, within: str, headed_by: str) -> Organisation | None:
    """Register a made-up unit; None where it is there already."""
    named = f"{name} (ví dụ)"
    if Organisation.objects.filter(name=named, within=within, is_example=True).exists():
        return None
    facts = Facts(named, sector, UnitCode.parse(within), headcount, BUILT_IN[sector].families, headed_by)
    return organisations.register(facts, _FIGURES_FROM, is_example=True)


def _part(holder: str, name: str, headcount: int, headed_by: str) -> Organisation | None:
    """Register a made-up class or company in a made-up school or zone; None where it is there already."""
    whole = _named(holder)
    named = f"{name} (ví dụ)"
    if whole.children.filter(name=named).exists():
        return None
    sector = SECTORS_IN.get(whole.sector, whole.sector)
    within = UnitCode.parse(whole.within)
    facts = Facts(named, sector, within, headcount, BUILT_IN[sector].families, headed_by, whole.code)
    return organisations.register(facts, _FIGURES_FROM, is_example=True)


def _named(name: str) -> Organisation:
    return Organisation.objects.get(name=f"{name} (ví dụ)", is_example=True)


def _reach() -> None:
    """Make up whom a class's teacher, a hamlet's teams and a union have reached."""
    room = _named("Lớp 6A")
    tally = {"told": 41, "reached": 33, "families_with_app": 19, "pledging": 22, "pledged": 51}
    outreach.save_tally(room, _GIVEN_ON, tally, _GIVEN_ON)
    hamlet = _named("Ấp 3, xã Vị Tân")
    outreach.set_households(hamlet, 290)
    for number in range(1, 4):
        households = f"{100 * number - 99}–{min(290, 100 * number)}"
        outreach.save_team(hamlet, f"Tổ COVID cộng đồng {number}", households)
    visits = {
        Outcome.HAS: range(1, 35),
        Outcome.HELPED: range(35, 58),
        Outcome.REFUSED: (58, 60),
        Outcome.ABSENT: (59,),
    }
    outreach.record_visits(hamlet, _GIVEN_ON, visits, _GIVEN_ON)
    market = _named("Chợ số 1")
    task = {"kind": "drive", "title": "Ra quân cài đặt tại chợ", "at": market, "due": _GIVEN_ON + dt.timedelta(days=2)}
    outreach.save_task(_named("Tỉnh đoàn"), task, None, today=_GIVEN_ON, is_given=False)


def _figures(unit: Organisation, position: int) -> list[Count]:
    """Return figures that grow at different paces; every seventh unit has none, every fifth is silent after a week."""
    if position % 7 == 6:
        return []
    final = Fraction(position * 37 % 100 + 3, 103)
    days = _FIGURES - 6 if position % 5 == 4 else _FIGURES
    return [
        Count(
            OrganisationCode(unit.code),
            _FIGURES_FROM + dt.timedelta(days=day),
            installs=int((unit.people or 0) * final * (day + 1) / _FIGURES),
            source=SOURCE,
        )
        for day in range(days)
    ]


def _orders() -> int:
    """Give the example's orders: at least 30 % of the population; all officials, soldiers and schools with their
    families."""
    scope = catalogue.all_units().unit(_PROVINCE, _GIVEN_ON)
    chair = "Chủ tịch UBND tỉnh Hậu Giang"

    def letter(base: Base, target: Fraction) -> Letter:
        return Letter(_NUMBER, _ISSUED, "UBND tỉnh Hậu Giang", scope, base, target, _DEADLINE, chair)

    population = tree.territory(scope, Measure.POPULATION, tree.Depth.ONE, _GIVEN_ON, {})
    people, _ = tree.sectors(scope, list(_UNITS), _GIVEN_ON)
    share, everybody = Fraction(3, 10), Fraction(1)
    for order, root in ((letter(Base.POPULATION, share), population), (letter(Base.HEADCOUNT, everybody), people)):
        made = plan(root, order.target, Split.EQUALISE)
        services.give(order, made, _GIVEN_ON, how=Split.EQUALISE, is_example=True)
    return 2
