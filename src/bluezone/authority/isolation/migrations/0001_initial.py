import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("diagnosis", "0001_initial"),
        ("persons", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProtocolEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issued_at", models.DateTimeField()),
                ("added_at", models.DateTimeField(db_index=True)),
                ("text", models.TextField()),
                ("document", models.TextField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Bed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=16)),
                ("number_key", models.CharField(max_length=80)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="beds", to="units.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(db_index=True, max_length=80)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("f1", "Close contact of a case (F1)"),
                            ("travel", "Came from abroad"),
                            ("area", "Came from an area with an outbreak"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                    ),
                ),
                ("vaccinated", models.BooleanField(default=False)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("protocol", models.CharField(max_length=60)),
                ("entered_at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "Released on the last day"),
                            ("early", "Released early"),
                            ("f0", "Found positive (F0)"),
                            ("hospital", "Taken to hospital"),
                            ("died", "Died"),
                            ("mistake", "Entered by mistake"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no-contact", "Was no contact after all"),
                            ("shorter", "A rule made the time shorter"),
                            ("hardship", "Hardship: illness, a death, a child alone"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("address", models.BinaryField(default=bytes)),
                ("telephone", models.BinaryField(default=bytes)),
                ("link", models.BinaryField(default=bytes)),
                ("link_digest", models.CharField(max_length=64, null=True, unique=True)),
                ("reminded_on", models.DateField(null=True)),
                ("has_phone", models.BooleanField(default=False)),
                ("asked", models.BooleanField(default=False)),
                ("has_app", models.BooleanField(default=False)),
                ("helped", models.BooleanField(default=False)),
                (
                    "became",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="was_isolated",
                        to="diagnosis.case",
                    ),
                ),
                (
                    "bed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="stays",
                        to="isolation.bed",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="stays",
                        to="diagnosis.case",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
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
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stays",
                        to="units.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="stays",
                        to="persons.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_place", models.CharField(db_index=True, max_length=80)),
                ("to_place", models.CharField(db_index=True, max_length=80)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for the other office"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("taken-back", "taken back"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
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
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="isolation.stay"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("order", "Order to isolate"), ("release", "Release from isolation")], max_length=8
                    ),
                ),
                ("issued_at", models.DateTimeField()),
                ("office", models.CharField(max_length=80)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="isolation.stay"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("id_digest", models.CharField(max_length=64, unique=True)),
                ("day", models.DateField()),
                ("received_at", models.DateTimeField()),
                (
                    "way",
                    models.CharField(
                        choices=[("phone", "by the app"), ("web", "by the link"), ("call", "by a call")], max_length=5
                    ),
                ),
                ("symptoms", models.CharField(blank=True, max_length=120)),
                ("temperature", models.DecimalField(decimal_places=1, max_digits=3, null=True)),
                ("severity", models.PositiveSmallIntegerField(default=0)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="declarations", to="isolation.stay"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StayTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("taken_on", models.DateField(null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True, choices=[("negative", "negative"), ("positive", "positive")], max_length=8
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tests", to="isolation.stay"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.UniqueConstraint(fields=("organisation", "number_key"), name="a_bed_of_a_site_once"),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["place", "ended_on", "until"], name="stays_of_a_place"),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["ended_on", "until"], name="stays_that_run"),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)), fields=("bed",), name="one_running_stay_a_bed"
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)), fields=("person",), name="one_running_stay_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="stay_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("stay",), name="one_waiting_move_of_a_stay"
            ),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(fields=["stay", "day"], name="declarations_of_a_day"),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(fields=["severity", "answered_at"], name="declarations_to_answer"),
        ),
        migrations.AddIndex(
            model_name="staytest",
            index=models.Index(fields=["result", "due_on"], name="tests_that_are_due"),
        ),
        migrations.AddConstraint(
            model_name="staytest",
            constraint=models.UniqueConstraint(fields=("stay", "due_on"), name="one_test_of_a_stay_a_day"),
        ),
    ]
