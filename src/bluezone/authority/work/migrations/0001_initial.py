import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("persons", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "call"),
                            ("decide", "decide"),
                            ("order", "order"),
                            ("check", "check"),
                            ("alarm", "alarm"),
                            ("test", "test"),
                            ("release", "release"),
                            ("handover", "handover"),
                            ("result", "result"),
                            ("place", "place"),
                            ("report", "report"),
                            ("request", "request"),
                            ("rollout", "rollout"),
                            ("breach", "breach"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place", models.CharField(max_length=80)),
                ("source", models.CharField(max_length=24)),
                ("source_key", models.CharField(max_length=40)),
                ("subject", models.CharField(blank=True, max_length=80)),
                ("detail", models.CharField(blank=True, max_length=40)),
                ("urgency", models.PositiveSmallIntegerField(choices=[(0, 0), (1, 1), (2, 2)], default=0)),
                ("opened_at", models.DateTimeField()),
                ("opens_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("state", models.CharField(choices=[("open", "open"), ("done", "done")], default="open", max_length=4)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="assigned_tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="persons.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["place", "-urgency", "due_at"],
                        name="open_tasks_of_a_place",
                        opclasses=["varchar_pattern_ops", "int2_ops", "timestamptz_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["-urgency", "due_at", "id"],
                        name="open_tasks_by_urgency",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["place", "kind", "urgency", "officer", "due_at", "opens_at", "state"],
                        name="open_tasks_to_count",
                    ),
                    models.Index(fields=["officer", "-urgency", "due_at"], name="tasks_of_an_officer"),
                    models.Index(condition=models.Q(("state", "done")), fields=["closed_at"], name="tasks_done"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("source", "source_key", "kind"),
                        name="one_open_task_of_a_cause_and_kind",
                    )
                ],
            },
        ),
    ]
