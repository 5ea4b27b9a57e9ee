import uuid

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
            name="Contact",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("waiting", "to be decided"),
                            ("contact", "contact"),
                            ("not", "no contact"),
                            ("lost", "not reached"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("entered_at", models.DateTimeField(db_index=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("call_again_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("warned_at", models.DateTimeField(null=True)),
                ("isolated_on", models.DateField(null=True)),
                ("tested", models.CharField(blank=True, choices=[("negative", "negative")], max_length=8)),
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
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="contact",
                        to="persons.person",
                    ),
                ),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="of", to="contacts.heardlist"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="heardlist",
            name="key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lists", to="contacts.jobkey"
            ),
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True)),
                (
                    "setting",
                    models.CharField(
                        choices=[("household", "household"), ("work", "work or school"), ("other", "elsewhere")],
                        max_length=9,
                    ),
                ),
                ("found_by", models.CharField(choices=[("app", "app"), ("hand", "hand")], max_length=4)),
                ("site", models.CharField(blank=True, max_length=120)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="diagnosis.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meetings", to="contacts.contact"
                    ),
                ),
                (
                    "near",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passed_on",
                        to="contacts.contact",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("id_digest", models.CharField(max_length=64, unique=True)),
                ("place", models.CharField(max_length=80)),
                ("day", models.DateField()),
                ("quarters", models.PositiveSmallIntegerField()),
                (
                    "nearness",
                    models.CharField(
                        choices=[("near", "near"), ("partly", "partly"), ("apart", "apart")], max_length=8
                    ),
                ),
                ("probability", models.PositiveSmallIntegerField(null=True)),
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
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("risk", models.PositiveSmallIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("f1", "close contact (F1)"), ("not", "no contact"), ("lost", "not reached")],
                        max_length=4,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("call_again_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decided_reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("called_at", models.DateTimeField()),
                (
                    "reached",
                    models.CharField(
                        choices=[
                            ("reached", "reached by telephone"),
                            ("no-answer", "no answer"),
                            ("wrong-number", "wrong number"),
                            ("refused", "does not want to talk"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sheet", models.CharField(max_length=40)),
                ("answers", models.JSONField(default=dict)),
                (
                    "called_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="contacts.contact",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="contacts.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AwaitedEntries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entries", models.BinaryField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contacts.jobkey"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="awaited", to="contacts.report"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="contacts.report"
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
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="warning_codes", to="contacts.contact"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["place", "-entered_at"], name="contacts_of_a_place"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("call_again_at", None), ("called_at", None), ("decision", "waiting")),
                fields=["place"],
                name="contacts_never_called",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("called_at__isnull", False), ("decision", "waiting")),
                fields=["place", "called_at"],
                name="contacts_to_decide_since",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("call_again_at", None), ("called_at", None), ("decision", "waiting")),
                fields=["entered_at", "id"],
                name="contacts_never_called_since",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("called_at__isnull", False), ("decision", "waiting")),
                fields=["called_at", "id"],
                name="contacts_heard_since",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("call_again_at__isnull", False)),
                fields=["call_again_at"],
                name="contacts_to_call_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(condition=models.Q(("level__in", [1, 2])), name="contact_is_f1_or_f2"),
        ),
        migrations.AddIndex(
            model_name="heardlist",
            index=models.Index(condition=models.Q(("looked_at", False)), fields=["id"], name="heard_list_is_new"),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["contact", "day"], name="meetings_of_a_contact"),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["case", "day", "contact"], name="meetings_of_a_case"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("case__isnull", True), ("near__isnull", True), _connector="OR"),
                name="a_meeting_is_with_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(fields=("contact", "case", "day"), name="a_meeting_with_a_case_once"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(fields=("contact", "near", "day"), name="a_meeting_with_a_contact_once"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(condition=models.Q(("verdict", "")), fields=["id"], name="report_awaits_verdict"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["outcome", "rank", "-risk", "received_at"], name="report_queue"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["place", "outcome"],
                name="reports_of_a_place",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("outcome", ""), ("verdict__in", ["corroborated", "consistent"])),
                fields=["place", "received_at"],
                name="reports_to_call",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("verdict", "refused")),
                fields=["place"],
                name="reports_refused",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("call_again_at__isnull", False)),
                fields=["call_again_at"],
                name="reports_to_call_again",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["received_at"], name="report_age"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("contact__isnull", True), ("report__isnull", True), _connector="XOR"),
                name="a_call_is_of_one",
            ),
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
