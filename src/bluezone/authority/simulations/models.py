"""Store questions to the simulator and their answers."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models

from bluezone.authority.simulations.rules import Question


class Simulation(models.Model):
    """Store an officer's question about a unit of the own jurisdiction, its state and its answer."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"
        ENDED = "ended"

    UNFINISHED = (State.WAITING, State.RUNNING)
    #: what a row holds as `Question` does, under its names
    AS_ASKED = (
        "people", "headline", "days", "seeds", "r0", "initial_infections", "changes", "sensitivity", "importation",
        "order",
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: `63:93`
    unit = models.CharField(max_length=8)
    #: see `officers.jurisdiction`
    place = models.CharField(max_length=80, db_index=True)
    #: the unit's name on the day of the question
    name = models.CharField(max_length=120)
    people = models.PositiveBigIntegerField()
    #: the count `people` comes from; empty: the officer's own
    vintage = models.CharField(max_length=60, blank=True)
    uptakes = models.JSONField()
    headline = models.FloatField()
    #: without a value: the simulator's own, as are the strain and the infections at the start
    days = models.PositiveSmallIntegerField(null=True)
    seeds = models.PositiveSmallIntegerField()
    strain = models.CharField(max_length=20, blank=True)
    r0 = models.FloatField(null=True)
    initial_infections = models.PositiveIntegerField(null=True)
    changes = models.JSONField(default=dict)
    sensitivity = models.BooleanField(default=False)
    #: also what happens when a few infected people come in
    importation = models.BooleanField(default=False)
    #: installs by day on each course of an order, as `bluezone epidemic order --courses` reads them
    order = models.JSONField(null=True)

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING, db_index=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=500, blank=True)
    #: what `bluezone epidemic order`, `run` and `importation --json` say, each as far as it is
    bought = models.JSONField(null=True)
    answer = models.JSONField(null=True)
    importations = models.JSONField(null=True)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"simulation of {self.unit}, {self.asked_at:%Y-%m-%d %H:%M} UTC"

    @property
    def question(self) -> Question:
        return Question(
            place=self.name,
            uptakes=tuple(self.uptakes),
            strain=self.strain or None,
            **{each: getattr(self, each) for each in self.AS_ASKED},
        )

    @property
    def unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


auditlog.register(
    Simulation,
    exclude_fields=[
        "done",
        "total",
        "answer",
        "bought",
        "importations",
        "order",
        "finished_at",
        "refusal",
        "state",
    ],
)
