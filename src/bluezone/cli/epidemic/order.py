"""Define `bluezone epidemic order`: what an order to install averts, met, as forecast and not given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from bluezone.cli.answers import Answer
from bluezone.cli.epidemic.answers import Told
from bluezone.cli.epidemic.question import ManyRuns, Question, place_and_plan, share
from bluezone.cli.epidemic.run import Draws, draw_all
from bluezone.cli.epidemic.work import Work
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.parameters import FILE
from bluezone.epidemic import orders, presenter, sampling
from bluezone.epidemic.ensembles import Plan
from bluezone.i18n import Translator

#: Hậu Giang's on the day of its order of August 2020: installs, the share asked for, and days until the deadline.
_NOW, _TARGET, _WITHIN = 0.0754, 0.30, 17


@command("order")
def order_command(
    *,
    now: Annotated[float | None, Opt("Share of people who have installed today. [default: 0.0754]", read=share)] = None,
    target: Annotated[float | None, Opt("Share the order asks for. [default: 0.30]", read=share)] = None,
    within: Annotated[int | None, Opt("Days until its deadline. [default: 17]", limits=(1, 730))] = None,
    forecast: Annotated[
        float | None, Opt("Share forecast at the deadline, with the order. [default: half way]", read=share)
    ] = None,
    without: Annotated[
        float | None, Opt("Share forecast at the deadline without it. [default: as today]", read=share)
    ] = None,
    courses: Annotated[
        Path | None,
        Opt(
            "Instead, a JSON file of installs by day, sector, commune and age.",
            type=FILE,
        ),
    ] = None,
    draws: Draws = None,
    asked: Question,
    means: ManyRuns,
    as_json: Json = False,
) -> Answer:
    """Compare an order met, as forecast and not given: what each averts with all doubt, and whether whole households or
    workplaces buy more than the same installs spread evenly."""
    now = _NOW if now is None else now
    target, within = _TARGET if target is None else target, _WITHIN if within is None else within
    order = orders.simple(
        now, target, (now + target) / 2 if forecast is None else forecast, now if without is None else without, within
    )
    if courses is not None:
        order = orders.read(courses.read_text("utf-8"))
    place, plan = place_and_plan((), asked, means)
    plans = orders.plans(plan, order)
    if target < now and courses is None:
        raise CommandError(f"the order asks for {target:.2%}, less than the {now:.2%} of today; ask for more")
    number = sampling.DRAWS if draws is None else draws
    days, out = plan.scenario.days, means.out
    told = Told({"place": place, "assumptions": plan.describe(), "order": order}, out, means.language,
                shown=not as_json)  # fmt: skip
    compared = [plans[name] for name in orders.COURSES]
    with Work(means).begun() as work:
        draw_all(work, compared, number, told, lambda rows, total: _headline(rows, total, place.name, plan))
        rows: list[dict[str, Any]] = []
        for name, each in plans.items():
            rows += work.do(each, None if out is None else out / name, f"simulating: {name}")
            found = orders.bought([row for row in rows if row["seed"] in plan.seeds])
            if name in (orders.MET, list(plans)[-1]):
                told.put(
                    lambda spoken, found=found: presenter.courses(  # type: ignore[misc]
                        order, found, place.name, days, plan.society.parts is not None, spoken
                    ),
                    shown=name != orders.MET,
                    courses=found,
                )
    return Answer(told.document, () if out is None else f"-> {out}")


def _headline(
    rows: list[dict[str, Any]], total: int, place: str, plan: Plan
) -> tuple[Callable[[Translator], presenter.Part], dict[str, Any]]:
    met, forecast = (
        sampling.joint(rows, (orders.NOT_GIVEN, 0.0), (course, 0.0)) for course in (orders.MET, orders.FORECAST)
    )
    return lambda spoken: presenter.order(met, forecast, total, place, plan, spoken), {
        "sampled": None if met is None else {"of": total, "met": met, "forecast": forecast}
    }
