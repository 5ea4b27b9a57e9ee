import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Simulation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("unit", models.CharField(max_length=8)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("name", models.CharField(max_length=120)),
                ("people", models.PositiveBigIntegerField()),
                ("vintage", models.CharField(blank=True, max_length=60)),
                ("uptakes", models.JSONField()),
                ("headline", models.FloatField()),
                ("days", models.PositiveSmallIntegerField(null=True)),
                ("seeds", models.PositiveSmallIntegerField()),
                ("strain", models.CharField(blank=True, max_length=20)),
                ("r0", models.FloatField(null=True)),
                ("initial_infections", models.PositiveIntegerField(null=True)),
                ("changes", models.JSONField(default=dict)),
                ("sensitivity", models.BooleanField(default=False)),
                ("importation", models.BooleanField(default=False)),
                ("order", models.JSONField(null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=500)),
                ("bought", models.JSONField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("importations", models.JSONField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
            },
        ),
    ]
