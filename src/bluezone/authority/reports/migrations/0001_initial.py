import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="HeardList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entries", models.BinaryField()),
                ("looked_at", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="IndexedBatch",
            fields=[
                ("batch_id", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="JobKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("key", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PublicRpik",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rpik", models.BinaryField(max_length=16, unique=True)),
                ("day", models.PositiveIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SeenReport",
            fields=[
                ("id_digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("content_digest", models.CharField(max_length=64)),
                ("received_on", models.DateField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="WarnedAnswer",
            fields=[
                ("id_digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("week", models.DateField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="WarnedWeek",
            fields=[
                ("week", models.DateField(primary_key=True, serialize=False)),
                ("answers", models.PositiveIntegerField()),
                ("yes", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="HeardListOf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.CharField(max_length=64, unique=True)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="of", to="reports.heardlist"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="heardlist",
            name="key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lists", to="reports.jobkey"
            ),
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("id_digest", models.CharField(max_length=64, unique=True)),
                ("place", models.CharField(max_length=80)),
                ("day", models.DateField()),
                ("quarters", models.PositiveSmallIntegerField()),
                ("near_minutes", models.PositiveSmallIntegerField(null=True)),
                (
                    "certainty",
                    models.CharField(
                        choices=[("likely", "likely"), ("possible", "possible"), ("cannot_tell", "cannot_tell")],
                        max_length=12,
                    ),
                ),
                ("policy", models.CharField(max_length=40)),
                ("policy_version", models.CharField(max_length=40)),
                ("received_at", models.DateTimeField()),
                ("number", models.BinaryField()),
                ("number_digest", models.CharField(db_index=True, max_length=64)),
                ("evidence", models.BinaryField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corroborated", "corroborated"),
                            ("consistent", "consistent"),
                            ("refused", "refused"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("id seen", "id seen"),
                            ("day", "day"),
                            ("key not out", "key not out"),
                            ("key of another day", "key of another day"),
                            ("keys withdrawn", "keys withdrawn"),
                            ("key of a contact", "key of a contact"),
                            ("nothing against", "nothing against"),
                            ("heard", "heard"),
                        ],
                        max_length=20,
                    ),
                ),
                ("risk", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("verdict", "")), fields=["id"], name="report_awaits_verdict"),
                    models.Index(fields=["received_at"], name="report_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwaitedEntries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entries", models.BinaryField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reports.jobkey"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="awaited", to="reports.report"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportedKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.CharField(db_index=True, max_length=64)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="reports.report"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VerdictDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("verdict", models.CharField(max_length=12)),
                ("reason", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "verdict", "reason"), name="one_count_of_verdicts_a_day")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="heardlist",
            index=models.Index(condition=models.Q(("looked_at", False)), fields=["id"], name="heard_list_is_new"),
        ),
        migrations.AddConstraint(
            model_name="awaitedentries",
            constraint=models.UniqueConstraint(fields=("report", "key"), name="a_report_awaits_a_days_lists_once"),
        ),
        migrations.AddConstraint(
            model_name="reportedkey",
            constraint=models.UniqueConstraint(fields=("report", "key_digest"), name="a_report_names_a_key_once"),
        ),
    ]
