import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("diagnosis", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DoorEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("link", models.CharField(db_index=True, max_length=64)),
                ("key", models.CharField(max_length=32)),
                ("hour", models.PositiveIntegerField(db_index=True)),
                ("day_key", models.CharField(max_length=32)),
                ("sealed", models.BinaryField(max_length=160)),
                ("received_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("link", "key"), name="an_entry_once")],
            },
        ),
        migrations.CreateModel(
            name="DoorList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("guests_per_day", models.PositiveIntegerField(blank=True, null=True)),
                ("street", models.CharField(blank=True, max_length=120)),
                (
                    "poster",
                    models.CharField(
                        blank=True,
                        choices=[("", "not known"), ("hung", "hangs"), ("gone", "does not hang")],
                        default="",
                        max_length=4,
                    ),
                ),
                ("poster_on", models.DateField(null=True)),
                ("poster_seen", models.BooleanField(default=False)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="door", to="units.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoorOpening",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField()),
                ("place", models.CharField(db_index=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a second officer"),
                            ("opened", "opened"),
                            ("refused", "not opened"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="door_openings", to="diagnosis.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="door_openings",
                        to="units.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoorTap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("link", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=32)),
                ("day", models.DateField()),
                ("received_at", models.DateTimeField(db_index=True)),
                ("doubtful", models.BooleanField(default=False)),
                ("kind", models.CharField(max_length=8)),
                ("app", models.CharField(blank=True, max_length=8)),
                ("of", models.CharField(blank=True, max_length=32)),
                ("post", models.CharField(max_length=12)),
                ("shift", models.CharField(blank=True, max_length=12)),
                ("reckoned", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["link", "day"], name="door_doorta_link_8a4c8c_idx"),
                    models.Index(condition=models.Q(("reckoned", False)), fields=["link"], name="taps_to_reckon"),
                ],
                "constraints": [models.UniqueConstraint(fields=("link", "key"), name="tap_once")],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.UUIDField(unique=True)),
                ("day", models.DateField(db_index=True)),
                ("place", models.CharField(db_index=True, max_length=80)),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.UUIDField(unique=True)),
                ("day", models.DateField(db_index=True)),
                ("poster_hangs", models.BooleanField()),
                (
                    "list_kept",
                    models.CharField(
                        choices=[("telephone", "yes, on a telephone"), ("paper", "yes, on paper"), ("none", "no")],
                        max_length=12,
                    ),
                ),
                ("looked_over", models.BooleanField()),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="door_visits", to="units.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoorDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True)),
                ("app", models.CharField(max_length=8)),
                ("had", models.PositiveIntegerField(default=0)),
                ("helped", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("apart", models.PositiveIntegerField(default=0)),
                ("guests", models.PositiveIntegerField(null=True)),
                ("apart_left", models.PositiveIntegerField(default=0)),
                ("looked_had", models.PositiveIntegerField(null=True)),
                ("looked_helped", models.PositiveIntegerField(null=True)),
                ("looked_refused", models.PositiveIntegerField(null=True)),
                ("confirmed_had", models.PositiveIntegerField(null=True)),
                ("confirmed_helped", models.PositiveIntegerField(null=True)),
                ("confirmed_refused", models.PositiveIntegerField(null=True)),
                ("confirmed_on", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="door_days", to="units.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "day", "app"), name="one_day_of_an_app")
                ],
            },
        ),
        migrations.CreateModel(
            name="DoorLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.UUIDField(unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("voided", models.BooleanField(default=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="door_links", to="units.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "ends_at"], name="door_doorli_organis_aae47e_idx")],
            },
        ),
        migrations.CreateModel(
            name="RoundStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="units.organisation"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stops", to="door.round"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="door.visit"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [models.UniqueConstraint(fields=("round", "organisation"), name="once_on_a_round")],
            },
        ),
    ]
