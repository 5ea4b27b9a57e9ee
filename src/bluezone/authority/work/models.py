"""Store tasks: what is to be done, whose it is, about whom, from what it arose, by when.

No name and no health data: a person is a key (`persons`), what a task is of is named by kind and a word.
"""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluezone.authority.persons.models import Person
from bluezone.authority.work.rules import Kind, Urgency


class Task(models.Model):
    """Store something that an office is to do."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")

    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Kind])
    #: whose officers do it
    place = models.CharField(max_length=80)
    #: from what it arose: the kind of row ("episode"), and its key. One open task of a kind for each
    source = models.CharField(max_length=24)
    source_key = models.CharField(max_length=40)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="tasks")
    #: what it is about besides: an organisation's code, a day
    subject = models.CharField(max_length=80, blank=True)
    #: a word of its kind
    detail = models.CharField(max_length=40, blank=True)
    urgency = models.PositiveSmallIntegerField(
        default=Urgency.CALM.value, choices=[(each.value, each.value) for each in Urgency]
    )
    opened_at = models.DateTimeField()
    #: from when on it is listed
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: who does it; none: anybody of the office
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="assigned_tasks"
    )
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key", "kind"],
                condition=models.Q(state="open"),
                name="one_open_task_of_a_cause_and_kind",
            )
        ]
        indexes = [
            # `varchar_pattern_ops`: jurisdictions are prefixes of places, whatever the database's order of letters
            models.Index(
                fields=["place", "-urgency", "due_at"],
                opclasses=["varchar_pattern_ops", "int2_ops", "timestamptz_ops"],
                condition=models.Q(state="open"),
                name="open_tasks_of_a_place",
            ),
            models.Index(
                fields=["-urgency", "due_at", "id"], condition=models.Q(state="open"), name="open_tasks_by_urgency"
            ),
            # all that `queries.tallies` and `queries.overdue_below` count, so that they read no row of the table
            models.Index(
                fields=["place", "kind", "urgency", "officer", "due_at", "opens_at", "state"],
                condition=models.Q(state="open"),
                name="open_tasks_to_count",
            ),
            models.Index(fields=["officer", "-urgency", "due_at"], name="tasks_of_an_officer"),
            models.Index(fields=["closed_at"], condition=models.Q(state="done"), name="tasks_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_key}"

    def get_additional_data(self) -> dict[str, str]:
        """Return the place under which the audit log files it."""
        return {"place": self.place}


# Who was given a task, and who did it.
auditlog.register(Task, include_fields=["officer", "state"])
