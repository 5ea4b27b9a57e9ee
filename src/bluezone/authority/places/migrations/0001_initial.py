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
            name="Sharer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("keys", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (3, "market, shop"),
                            (4, "food and drink"),
                            (6, "workplace"),
                            (7, "school"),
                            (8, "office, hospital, bus station"),
                            (12, "pagoda, church, communal house"),
                            (1, "other"),
                            (101, "bus, coach"),
                            (102, "boat, ferry"),
                            (103, "train"),
                            (104, "plane"),
                        ]
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=100)),
                ("usual_stay_min", models.PositiveSmallIntegerField()),
                ("capacity", models.PositiveIntegerField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="open_place", to="units.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entrance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("payload", models.BinaryField(max_length=1024)),
                ("made_at", models.DateTimeField()),
                ("location_id", models.CharField(db_index=True, max_length=64)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "at",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entrances", to="places.place"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlacePackage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=16)),
                ("hour", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                ("made_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("region", "hour"), name="one_package_of_an_hour")],
            },
        ),
        migrations.CreateModel(
            name="PlaceRegistration",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("request_digest", models.CharField(max_length=64, unique=True)),
                ("receipt_digest", models.CharField(max_length=64, unique=True)),
                ("receipt", models.BinaryField()),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("within", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=160)),
                ("code", models.CharField(blank=True, max_length=9)),
                ("kind", models.PositiveSmallIntegerField()),
                ("address", models.CharField(blank=True, max_length=100)),
                ("usual_stay_min", models.PositiveSmallIntegerField()),
                ("capacity", models.PositiveIntegerField(null=True)),
                ("entrances", models.TextField(blank=True)),
                ("contact", models.BinaryField()),
                ("telephone_digest", models.CharField(db_index=True, max_length=64)),
                ("telephone_confirmed", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField(db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "to be confirmed"),
                            ("confirmed", "confirmed"),
                            ("refused", "not confirmed"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
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
                    "opened",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="registrations",
                        to="places.place",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RiskyWindow",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField()),
                ("seat", models.CharField(blank=True, max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for an officer to decide"),
                            ("confirmed", "confirmed, goes out within the hour"),
                            ("refused", "not published"),
                            ("published", "published"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("marked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="risky_windows", to="diagnosis.case"
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
                    "entrance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="windows", to="places.entrance"
                    ),
                ),
                (
                    "marked_by",
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
            name="SharedStay",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("span", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for an officer to decide"),
                            ("confirmed", "confirmed, goes out within the hour"),
                            ("refused", "not published"),
                            ("published", "published"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("ended_on", models.DateField(db_index=True)),
                ("received_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
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
                    "entrance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shared_stays", to="places.entrance"
                    ),
                ),
                (
                    "sharer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stays", to="places.sharer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SharerKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.CharField(max_length=64, unique=True)),
                (
                    "sharer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="key_digests", to="places.sharer"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="entrance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("at", "name"), name="one_open_entrance_of_a_name"
            ),
        ),
    ]
