import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("episodes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.TextField()),
                ("name", models.CharField(max_length=80)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("fhir", "FHIR server"),
                            ("dhis2-tracker", "DHIS2, persons"),
                            ("dhis2-figures", "DHIS2, figures of a day"),
                            ("sormas", "SORMAS"),
                            ("who", "File: line list of WHO (CSV)"),
                            ("epicontacts", "File: contacts for R’s epicontacts (CSV)"),
                            ("ministry", "File: the ministry’s table of cases (XLSX)"),
                            ("ndjson", "File: FHIR resources (NDJSON)"),
                        ],
                        max_length=16,
                    ),
                ),
                ("place", models.CharField(max_length=80)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(db_index=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("secret", models.BinaryField(default=bytes)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=600)),
                ("swept", models.PositiveBigIntegerField(default=0)),
                (
                    "made_by",
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
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waits"), ("sent", "handed over"), ("dead", "refused")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("queued_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("digest", models.CharField(blank=True, max_length=32)),
                ("answer", models.CharField(blank=True, max_length=600)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="partners.agreement"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="episodes.episode",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["agreement", "next_try_at", "id"],
                        name="deliveries_that_wait",
                    ),
                    models.Index(fields=["agreement", "state", "id"], name="deliveries_of_a_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "episode"), name="an_episode_once_a_partner"),
                    models.UniqueConstraint(
                        condition=models.Q(("episode", None)), fields=("agreement", "day"), name="a_day_once_a_partner"
                    ),
                ],
            },
        ),
    ]
