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
            name="Probe",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begun_at", models.DateTimeField(db_index=True)),
                ("identifier", models.BinaryField(default=bytes)),
                ("heard_at", models.PositiveIntegerField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="PublishHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField(unique=True)),
                ("sums", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="PublishNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField(db_index=True)),
                ("platform", models.PositiveSmallIntegerField()),
                ("keys", models.PositiveSmallIntegerField()),
                ("revision", models.BooleanField()),
                ("oldest_days", models.PositiveSmallIntegerField()),
                ("onset_days", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ExportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=16)),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("bin", "Bin")], default="open", max_length=4
                    ),
                ),
                (
                    "out",
                    models.CharField(
                        blank=True,
                        choices=[("", "None"), ("all", "All"), ("travellers", "Travellers")],
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                ("binned_at", models.DateTimeField(null=True)),
                ("embargoed_from", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "end_at"], name="keys_export_state_dd5562_idx")],
                "constraints": [models.UniqueConstraint(fields=("region", "end_at"), name="one_batch_a_span")],
            },
        ),
        migrations.CreateModel(
            name="ExportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=120, unique=True)),
                ("key_count", models.PositiveIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="keys.exportbatch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PublishedKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField(max_length=16)),
                ("rolling_start_interval", models.PositiveIntegerField()),
                ("rolling_period", models.PositiveSmallIntegerField()),
                ("transmission_risk", models.PositiveSmallIntegerField()),
                (
                    "report_type",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "unknown"),
                            (1, "confirmed_test"),
                            (2, "confirmed_clinical_diagnosis"),
                            (3, "self_report"),
                            (4, "recursive"),
                            (5, "revoked"),
                        ]
                    ),
                ),
                ("days_since_onset", models.SmallIntegerField(null=True)),
                ("made_up", models.BooleanField(default=False)),
                ("region", models.CharField(max_length=16)),
                ("traveler", models.BooleanField(default=False)),
                ("source", models.PositiveIntegerField(null=True)),
                ("embargoed_until", models.DateTimeField()),
                ("upload_digest", models.CharField(blank=True, max_length=64)),
                (
                    "revised_report_type",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "unknown"),
                            (1, "confirmed_test"),
                            (2, "confirmed_clinical_diagnosis"),
                            (3, "self_report"),
                            (4, "recursive"),
                            (5, "revoked"),
                        ],
                        null=True,
                    ),
                ),
                ("revised_days_since_onset", models.SmallIntegerField(null=True)),
                ("revised_transmission_risk", models.PositiveSmallIntegerField(null=True)),
                ("revised_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="keys.exportbatch",
                    ),
                ),
                (
                    "revision_batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="keys.exportbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContactKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_digest", models.CharField(db_index=True, max_length=64)),
                (
                    "key",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="keys.publishedkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecondOrderSwitch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.BooleanField()),
                ("since", models.DateTimeField(db_index=True)),
                ("reason", models.CharField(max_length=200)),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="publishedkey",
            index=models.Index(fields=["region", "embargoed_until"], name="key_by_embargo"),
        ),
        migrations.AddIndex(
            model_name="publishedkey",
            index=models.Index(
                condition=models.Q(("revised_at__isnull", False), ("revision_batch", None)),
                fields=["region", "revised_at"],
                name="revision_awaits_export",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedkey",
            index=models.Index(
                condition=models.Q(("revision_batch__isnull", False)),
                fields=["revision_batch"],
                name="revision_of_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedkey",
            constraint=models.UniqueConstraint(fields=("key", "region"), name="a_key_once_a_region"),
        ),
    ]
