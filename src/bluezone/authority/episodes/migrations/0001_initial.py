import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("diagnosis", "0001_initial"),
        ("persons", "0001_initial"),
        ("reports", "0001_initial"),
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
            name="Episode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.CharField(db_index=True, max_length=80)),
                (
                    "role",
                    models.CharField(
                        choices=[("f0", "f0"), ("f1", "f1"), ("f2", "f2"), ("traveller", "traveller")], max_length=9
                    ),
                ),
                (
                    "classification",
                    models.CharField(
                        choices=[
                            ("suspected", "to be decided"),
                            ("probable", "probable"),
                            ("confirmed", "confirmed"),
                            ("not", "not"),
                        ],
                        default="suspected",
                        max_length=9,
                    ),
                ),
                ("opened_at", models.DateTimeField(db_index=True)),
                (
                    "contact_role",
                    models.CharField(
                        blank=True,
                        choices=[("f0", "f0"), ("f1", "f1"), ("f2", "f2"), ("traveller", "traveller")],
                        max_length=9,
                    ),
                ),
                ("contact_since", models.DateTimeField(null=True)),
                ("first_contact_on", models.DateField(null=True)),
                ("last_contact_on", models.DateField(null=True)),
                ("warned_at", models.DateTimeField(null=True)),
                (
                    "follow_up",
                    models.CharField(
                        choices=[
                            ("running", "under follow-up"),
                            ("completed", "completed"),
                            ("lost", "lost to follow-up"),
                            ("cancelled", "cancelled"),
                        ],
                        default="running",
                        max_length=9,
                    ),
                ),
                ("follow_up_until", models.DateField(null=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("call_again_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("isolated_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("recovered", "recovered"),
                            ("died", "died"),
                            ("moved", "moved away"),
                            ("well", "stayed well"),
                        ],
                        max_length=9,
                    ),
                ),
                ("link", models.BinaryField(default=bytes)),
                ("link_digest", models.CharField(max_length=64, null=True, unique=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="episode",
                        to="diagnosis.case",
                    ),
                ),
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
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="episodes",
                        to="persons.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EpisodeTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("taken_on", models.DateField(null=True)),
                ("result", models.CharField(blank=True, max_length=8)),
                ("sample", models.CharField(blank=True, db_index=True, max_length=40)),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tests", to="episodes.episode"
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
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "call"),
                            ("check", "check"),
                            ("course", "course"),
                            ("change", "change"),
                            ("care", "care"),
                            ("travel", "travel"),
                            ("note", "note"),
                        ],
                        max_length=6,
                    ),
                ),
                ("day", models.DateField(db_index=True)),
                ("at", models.DateTimeField()),
                ("what", models.CharField(blank=True, max_length=40)),
                ("sealed", models.BinaryField(default=bytes)),
                ("severity", models.PositiveSmallIntegerField(default=0)),
                ("answered_at", models.DateTimeField(null=True)),
                ("id_digest", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="episodes.episode"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True)),
                (
                    "setting",
                    models.CharField(
                        choices=[
                            ("household", "household"),
                            ("work", "work"),
                            ("school", "school"),
                            ("other", "elsewhere"),
                        ],
                        max_length=9,
                    ),
                ),
                ("sealed_relation", models.BinaryField(default=bytes)),
                ("found_by", models.CharField(choices=[("app", "app"), ("hand", "hand")], max_length=4)),
                ("site", models.CharField(blank=True, max_length=120)),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exposures", to="episodes.episode"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="exposures",
                        to="reports.report",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passed_on",
                        to="episodes.episode",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_place", models.CharField(db_index=True, max_length=80)),
                ("to_place", models.CharField(db_index=True, max_length=80)),
                ("asked_at", models.DateTimeField(db_index=True)),
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
                    "asked_with",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="others",
                        to="episodes.handover",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="episodes.episode"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                ("day", models.DateField(db_index=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("present", models.PositiveIntegerField(default=0)),
                ("with_phone", models.PositiveIntegerField(default=0)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("has_app", models.PositiveIntegerField(default=0)),
                ("helped", models.PositiveIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rosters",
                        to="units.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("home", "home"), ("site", "site"), ("hospital", "hospital")], max_length=8
                    ),
                ),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("hamlet", models.CharField(blank=True, max_length=160)),
                ("house", models.CharField(blank=True, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("protocol", models.CharField(max_length=60)),
                ("vaccinated", models.BooleanField(default=False)),
                ("entered_at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("ending", models.CharField(blank=True, max_length=8)),
                ("because", models.CharField(blank=True, max_length=12)),
                ("reason", models.BinaryField(default=bytes)),
                ("needs_second", models.BooleanField(default=False)),
                ("address", models.BinaryField(default=bytes)),
                ("settled_on", models.DateField(null=True)),
                ("away", models.BooleanField(default=False)),
                ("has_phone", models.BooleanField(default=False)),
                ("asked", models.BooleanField(default=False)),
                ("has_app", models.BooleanField(default=False)),
                ("helped", models.BooleanField(default=False)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bed",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="stays", to="episodes.bed"
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
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stays", to="episodes.episode"
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
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("order", "Order to isolate"), ("release", "Release")], max_length=8),
                ),
                ("issued_at", models.DateTimeField()),
                ("act", models.UUIDField(null=True)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="episodes.stay"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WarningCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="diagnosis.onetimecode"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="warning_codes", to="episodes.episode"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.UniqueConstraint(fields=("organisation", "number_key"), name="a_bed_once_at_a_site"),
        ),
        migrations.AddIndex(
            model_name="episode",
            index=models.Index(
                fields=["place", "-opened_at"],
                name="episodes_of_a_place",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="episode",
            index=models.Index(fields=["-opened_at", "-id"], name="episodes_by_age"),
        ),
        migrations.AddIndex(
            model_name="episode",
            index=models.Index(fields=["contact_since"], name="contacts_by_age"),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on", None)), fields=("person",), name="one_open_episode_of_a_person"
            ),
        ),
        migrations.AddIndex(
            model_name="episodetest",
            index=models.Index(fields=["result", "due_on"], name="tests_without_result"),
        ),
        migrations.AddConstraint(
            model_name="episodetest",
            constraint=models.UniqueConstraint(fields=("episode", "due_on"), name="one_test_of_an_episode_a_day"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["episode", "-at"], name="events_of_an_episode"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("answered_at", None), ("severity__gt", 0)),
                fields=["severity", "at"],
                name="alarms_open",
            ),
        ),
        migrations.AddIndex(
            model_name="exposure",
            index=models.Index(fields=["source", "day", "episode"], name="exposures_to_a_source"),
        ),
        migrations.AddConstraint(
            model_name="exposure",
            constraint=models.UniqueConstraint(
                fields=("episode", "source", "day"), name="an_exposure_to_a_source_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("episode",), name="one_waiting_handover_of_an_episode"
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.UniqueConstraint(fields=("place", "day"), name="a_roster_of_a_place_once_a_day"),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["place", "ended_on", "until"], name="stays_at_a_place"),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["ended_on", "until"], name="stays_that_go_on"),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)), fields=("bed",), name="a_bed_has_one_running_stay"
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("episode",),
                name="an_episode_has_one_running_stay",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="stay_ends_after_it_begins"
            ),
        ),
    ]
