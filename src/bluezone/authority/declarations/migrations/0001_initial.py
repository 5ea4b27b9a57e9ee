import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("episodes", "0001_initial"),
        ("persons", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HealthDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                ("id_digest", models.CharField(max_length=64, unique=True)),
                ("receipt_digest", models.CharField(max_length=64, unique=True)),
                ("receipt", models.BinaryField()),
                ("form", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField()),
                ("day", models.DateField()),
                ("received_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "way",
                    models.CharField(
                        choices=[("phone", "by the app"), ("web", "on the web"), ("checkpoint", "at a checkpoint")],
                        max_length=10,
                    ),
                ),
                ("other", models.BooleanField(default=False)),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "waits for a call"),
                            ("called", "called, not reached"),
                            ("done", "done"),
                            ("quiet", "needs no call"),
                            ("unconfirmed", "number not confirmed"),
                            ("followed", "followed up with the person"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=11,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not-reached", "Not reached"),
                            ("advised", "Given advice"),
                            ("test", "Sent for a test"),
                            ("isolate", "Told to stay at home"),
                            ("hospital", "Taken to hospital"),
                            ("no-such", "Wrong number, or nobody of this name"),
                        ],
                        max_length=11,
                    ),
                ),
                ("identity", models.BinaryField(default=bytes)),
                ("answers", models.BinaryField(default=bytes)),
                ("telephone_digest", models.CharField(blank=True, max_length=64)),
                ("telephone_confirmed", models.BooleanField(default=False)),
                ("journey_digest", models.CharField(blank=True, max_length=64)),
                ("expires_on", models.DateField(db_index=True)),
                (
                    "episode",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="declarations",
                        to="episodes.episode",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["new", "called"])),
                        fields=["place", "-level", "received_at"],
                        name="declarations_that_wait",
                        opclasses=["varchar_pattern_ops", "int2_ops", "timestamptz_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["new", "called"])),
                        fields=["-level", "received_at", "id"],
                        name="declarations_by_urgency",
                    ),
                    models.Index(
                        fields=["place", "-received_at"],
                        name="declarations_of_a_place",
                        opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("state", "unconfirmed")),
                        fields=["place", "-received_at"],
                        name="declarations_unconfirmed",
                        opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                    ),
                    models.Index(fields=["-received_at", "-id"], name="declarations_by_age"),
                    models.Index(
                        condition=models.Q(
                            ("answered_at__isnull", False),
                            ("level__gt", 0),
                            models.Q(("state", "withdrawn"), _negated=True),
                        ),
                        fields=["place", "received_at", "answered_at"],
                        name="declarations_answered",
                        opclasses=["varchar_pattern_ops", "timestamptz_ops", "timestamptz_ops"],
                    ),
                    models.Index(fields=["telephone_digest", "received_at"], name="declarations_of_a_number"),
                    models.Index(
                        condition=models.Q(("journey_digest", ""), _negated=True),
                        fields=["journey_digest"],
                        name="declarations_of_a_journey",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField()),
                ("area", models.CharField(max_length=8)),
                ("document", models.TextField()),
                ("published_at", models.DateTimeField()),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("form", "version"), name="a_version_of_a_form_once")],
            },
        ),
    ]
