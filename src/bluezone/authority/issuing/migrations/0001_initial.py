import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("diagnosis", "0001_initial"),
        ("persons", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UserReportRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("caller", models.CharField(db_index=True, max_length=64)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="CodeDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True)),
                ("place", models.CharField(max_length=80)),
                ("sums", models.JSONField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "place"), name="one_sum_of_an_office_a_day")],
            },
        ),
        migrations.CreateModel(
            name="ExternalIssuerDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("place", models.CharField(max_length=80)),
                ("issuer", models.CharField(max_length=255)),
                ("issued", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "place", "issuer"), name="one_count_of_an_issuer_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="LabResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(db_index=True, max_length=64)),
                ("content_digest", models.CharField(max_length=64)),
                (
                    "result",
                    models.CharField(
                        choices=[("positive", "positive"), ("negative", "negative"), ("withdrawn", "withdrawn")],
                        max_length=9,
                    ),
                ),
                ("sampled_on", models.DateField()),
                ("reported_on", models.DateField()),
                ("received_at", models.DateTimeField(db_index=True)),
                ("issued_at", models.DateTimeField(null=True)),
                ("place", models.CharField(max_length=80)),
                ("named", models.CharField(blank=True, max_length=120)),
                ("is_task", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lab_results",
                        to="diagnosis.case",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="persons.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LabCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("result", models.CharField(max_length=9)),
                ("sampled_on", models.DateField()),
                ("reported_on", models.DateField()),
                ("corrected_at", models.DateTimeField()),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="issuing.labresult"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UserReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number_digest", models.CharField(db_index=True, max_length=64)),
                ("sent_at", models.DateTimeField(db_index=True)),
                ("reported_on", models.DateField(db_index=True, null=True)),
                (
                    "code",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="user_report",
                        to="diagnosis.onetimecode",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="labresult",
            index=models.Index(
                fields=["place", "-received_at"],
                name="results_of_a_place",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="labresult",
            constraint=models.UniqueConstraint(
                fields=("laboratory", "external_id"), name="one_result_of_a_laboratory_and_id"
            ),
        ),
    ]
