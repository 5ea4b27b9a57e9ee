import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("officers", "0001_initial"),
        ("persons", "0001_initial"),
        ("site", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="QuotaFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80, unique=True)),
                ("factor", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="factor")),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "report_type",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed by a test"),
                            ("clinical", "Clinical diagnosis"),
                            ("self", "Reported by the person"),
                            ("negative", "Found negative"),
                            ("suspected", "Not yet: a test's result is awaited"),
                        ],
                        max_length=12,
                    ),
                ),
                ("onset_date", models.DateField(blank=True, null=True)),
                ("test_date", models.DateField(blank=True, null=True)),
                ("file_number", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("place", models.CharField(db_index=True, default="/", max_length=80)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("suspected", "Suspected"),
                            ("confirmed", "Confirmed"),
                            ("recovered", "Recovered"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="suspected",
                        max_length=12,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_with",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="officers.apikey",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="diagnosis.case",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="persons.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CodeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=96)),
                ("day", models.DateField(db_index=True)),
                ("issued", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("holder", "day"), name="one_count_of_a_holder_a_day")],
            },
        ),
        migrations.CreateModel(
            name="CodeUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                ("day", models.DateField(db_index=True)),
                ("issued", models.PositiveIntegerField()),
                ("used", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("place", "day"), name="one_use_of_an_office_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merged_at", models.DateTimeField(db_index=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="diagnosis.case"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="diagnosis.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("exposed_on", models.DateField(null=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("long_digest", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("long_expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("burnt_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("nonce", models.CharField(blank=True, max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="diagnosis.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CodeMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(null=True)),
                ("file_number", models.CharField(blank=True, max_length=40)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("why", models.CharField(blank=True, max_length=16)),
                ("sealed", models.BinaryField(default=bytes)),
                ("number_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("asked_at", models.DateTimeField(db_index=True)),
                ("keep_until", models.DateTimeField()),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="code_messages",
                        to="diagnosis.case",
                    ),
                ),
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
                    "upload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_messages",
                        to="site.upload",
                    ),
                ),
                (
                    "code",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="message",
                        to="diagnosis.onetimecode",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RanOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_id", models.BigIntegerField()),
                ("ended_at", models.DateTimeField(db_index=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ran_out", to="diagnosis.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VerificationToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("used_for", models.CharField(blank=True, max_length=64)),
                (
                    "code",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="token", to="diagnosis.onetimecode"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WrongTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=64)),
                ("hour", models.PositiveIntegerField(db_index=True)),
                ("wrong", models.PositiveIntegerField()),
                ("accepted", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "hour"), name="one_count_of_tries_a_scope_an_hour")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["created_by", "-created_at"], name="diagnosis_c_created_46a865_idx"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-created_at"], name="newest_cases"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("merged_into", None)),
                fields=["place", "status"],
                name="cases_of_a_place",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                django.db.models.functions.text.Upper("file_number"), models.F("place"), name="cases_by_file_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("onset_date__isnull", False), ("test_date__isnull", False), _connector="OR"),
                name="case_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("gone",), name="a_case_is_merged_into_one_other"
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case__isnull", False), ("exposed_on", None)),
                    models.Q(("case", None), ("exposed_on__isnull", False)),
                    _connector="OR",
                ),
                name="a_code_is_of_a_case_or_a_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="codemessage",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["next_try_at"], name="code_message_waits"
            ),
        ),
        migrations.AddIndex(
            model_name="codemessage",
            index=models.Index(
                condition=models.Q(("number_digest", ""), _negated=True),
                fields=["keep_until"],
                name="code_message_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="codemessage",
            constraint=models.UniqueConstraint(fields=("upload", "line"), name="one_message_a_line_of_a_list"),
        ),
        migrations.AddIndex(
            model_name="verificationtoken",
            index=models.Index(
                condition=models.Q(("used_for", ""), _negated=True), fields=["used_for"], name="token_by_its_keys"
            ),
        ),
    ]
