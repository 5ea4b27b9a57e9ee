"""Officers of several places, and a simulator that answers at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.officers.models import User
from bluezone.authority.simulations import simulator
from bluezone.authority.simulations.models import Simulation
from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.figures import dose_response
from bluezone.epidemic.presets import assumptions, vietnam_2020
from bluezone.epidemic.words import translator
from bluezone.geography.units import nation_on
from bluezone.i18n import Language
from bluezone.rollout.history import reported_counts

DISTRICT = "/63:93/63:930/"
ROLES = {
    "ministry": ("ministry", "/"),
    "province": ("province", "/63:93/"),
    "neighbour": ("province", "/63:92/"),
    "successor": ("province", "/34:92/"),
    "district": ("district", DISTRICT),
    "school": ("unit-head", f"{DISTRICT}63:31318/7K3M-Q2XD/"),
    "none": ("", ""),
}


EFFECT = Effect(0.3, 3, {}, *[Estimate(0.049, 0.039, 0.059)] * 7, pairing_gain=1.0)


def said(*sentences: str, kind: str = "headline", rows: tuple[tuple[str, ...], ...] = ()) -> dict[str, Any]:
    """Return a part of an answer as the simulator writes it."""
    tables = [{"title": "Bảng", "headings": ["cài đặt", "bớt được"], "rows": rows, "left": 1}] if rows else []
    figure = dose_response([EFFECT], translator(Language.VIETNAMESE)) if kind == "runs" else None
    return {"kind": kind, "sentences": list(sentences), "tables": tables, "notes": ["Ghi chú."], "figure": figure}


ANSWER = {
    "said": {
        "vi": [
            said("Khi 30% người dân có ứng dụng, bớt 2% (0% đến 5%).", "Trong ngoặc: chín phần mười."),
            said("Nếu mọi giả định đều đúng, tránh được 3%.", kind="runs", rows=(("30%", "560 (447 đến 673)"),)),
            said("Điều chưa chắc chắn: 0,7% đến 4,9%.", kind="assumptions", rows=(("Cài đặt còn dùng", "0,33: 0,7%"),)),
        ],
        "en": [said("With the app on 30 % of people, 2 % (0 to 5) fewer.", "In brackets: nine of ten.")],
    },
    "assumptions": {"bluezone": "test", "scenario": {"days": 150, "app": {"uptake": 0.0}}},
}


@pytest.fixture
def officers(db: None, set_clock: Any, environment: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., User]:
    """Makes an officer: `officers("province")`. The simulator's own assumptions are at hand without a process."""
    store(reported_counts())
    monkeypatch.setattr(simulator, "own_assumptions", lambda: assumptions(vietnam_2020()))

    def make(name: str) -> User:
        role, place = ROLES[name]
        found = User.objects.filter(username=name).first()
        return found or User.objects.create_user(name, role=role, place=place)

    return make


@pytest.fixture
def ask(officers: Callable[..., User], set_clock: Any) -> Callable[..., Simulation]:
    """Puts a question in the database: `ask("/63:93/", state="done")`."""

    def put(place: str = "/63:93/", **values: Any) -> Simulation:
        code = place.rstrip("/").rpartition("/")[2] or str(nation_on(dt.date(2020, 8, 13)).code)
        usual = {
            "unit": code,
            "place": place,
            "name": "Hậu Giang",
            "people": 20_000,
            "uptakes": [0.0754, 0.3],
            "headline": 0.3,
            "days": 100,
            "seeds": 3,
            "strain": "2020",
            "initial_infections": 20,
            "asked_at": set_clock.now,
        }
        return Simulation.objects.create(**usual | values)

    return put
