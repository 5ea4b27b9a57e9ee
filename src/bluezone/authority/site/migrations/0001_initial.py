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
            name="ClockGap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("length_s", models.FloatField()),
                ("expected", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ClockMark",
            fields=[
                ("machine", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("uptime_s", models.FloatField()),
                ("moment", models.DateTimeField()),
                ("unproven_s", models.FloatField(default=0.0)),
                ("database_ahead_s", models.FloatField(default=0.0)),
                ("settled_at_uptime_s", models.FloatField(default=0.0)),
            ],
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("fingerprints", models.JSONField(default=dict)),
                ("restoring", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField()),
                ("succeeded_at", models.DateTimeField(null=True)),
                ("report", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="RememberedMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=16)),
                ("shape", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                ("decided_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remembered_mappings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("officer", "place", "kind", "shape"), name="one_memory_of_each_form"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("file_name", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("opened", models.BinaryField(default=bytes)),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("refusal", models.JSONField(null=True)),
                ("options", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField(db_index=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "being read"),
                            ("pending", "waits for your decision"),
                            ("refused", "cannot be read, nothing stored"),
                            ("stored", "stored"),
                            ("cancelled", "cancelled, nothing stored"),
                            ("expired", "not decided on within a day, nothing stored"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="uploads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "received_at"], name="site_upload_state_360152_idx")],
            },
        ),
    ]
