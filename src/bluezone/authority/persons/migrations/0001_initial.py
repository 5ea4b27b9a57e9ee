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
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pseudonym", models.CharField(max_length=10, unique=True)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("sealed", models.BinaryField()),
                ("telephone_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("document_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("created_at", models.DateTimeField()),
                ("expires_on", models.DateField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="DataCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="data_codes", to="persons.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("follow-up", "Call and follow contacts and cases"),
                            ("declarations", "Answer health declarations"),
                            ("visits", "Visit and test at home or at an isolation site"),
                            ("letters", "Write orders and letters"),
                            ("report", "Complete records for a report"),
                        ],
                        max_length=16,
                        verbose_name="What do you need them for",
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(db_index=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shifts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correct", "Correct something"),
                            ("withdraw", "Withdraw my consent"),
                            ("delete", "Delete my data"),
                        ],
                        max_length=8,
                        verbose_name="What is asked",
                    ),
                ),
                ("text", models.BinaryField()),
                ("answer", models.BinaryField(default=bytes)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waits for an answer"), ("done", "done"), ("refused", "must be kept")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="data_requests", to="persons.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["place", "state", "due_at"], name="requests_of_a_place")],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="persons.person"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="openings", to="persons.shift"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shift", "person"), name="one_opening_of_a_person_in_a_shift")
                ],
            },
        ),
    ]
