import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FiguresState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DailyCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=9)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("date", models.DateField()),
                ("installs", models.PositiveBigIntegerField(null=True)),
                ("with_phone", models.PositiveBigIntegerField(null=True)),
                ("active", models.PositiveBigIntegerField(null=True)),
                ("percent_population", models.CharField(blank=True, max_length=16)),
                ("percent_smartphones", models.CharField(blank=True, max_length=16)),
                ("share_of", models.CharField(default="installs", max_length=16)),
                ("rank", models.PositiveSmallIntegerField(null=True)),
                ("derived", models.BooleanField(default=False)),
                ("bound", models.BooleanField(default=False)),
                (
                    "origin",
                    models.CharField(
                        choices=[("ministry", "ministry"), ("reported", "reported"), ("counted", "counted")],
                        max_length=8,
                    ),
                ),
                ("source", models.CharField(max_length=500)),
            ],
            options={
                "indexes": [models.Index(fields=["date", "key"], name="campaign_da_date_e3ef1a_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "origin", "date", "source"), name="one_figure_a_source_and_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Directive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60)),
                ("issued", models.DateField()),
                ("issuer", models.CharField(max_length=160)),
                ("scope", models.CharField(max_length=8)),
                ("place", models.CharField(db_index=True, max_length=80)),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("population", "population"),
                            ("smartphones", "smartphones"),
                            ("adults", "adults"),
                            ("headcount", "headcount"),
                        ],
                        max_length=16,
                    ),
                ),
                ("target", models.CharField(max_length=24)),
                ("deadline", models.DateField()),
                ("late_until", models.DateField(blank=True, null=True)),
                ("responsible", models.CharField(max_length=160)),
                (
                    "split",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("equal share", "equal share"),
                            ("equalise", "equalise"),
                            ("by people", "by people"),
                            ("by phones", "by phones"),
                            ("given", "given"),
                        ],
                        max_length=16,
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_out_by",
                        to="campaign.directive",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="campaign.directive",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("platform", models.CharField(max_length=8)),
                ("version", models.CharField(max_length=24)),
                ("commune", models.CharField(blank=True, max_length=8)),
                ("unit_code", models.CharField(blank=True, max_length=9)),
                ("registered_on", models.DateField()),
                ("last_active_on", models.DateField()),
                ("active_before", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("unit_code", ""), _negated=True),
                        fields=["unit_code"],
                        name="installations_of_posters",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedBulletin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=8)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("date", models.DateField(db_index=True)),
                ("issued_at", models.DateTimeField()),
                ("edition", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "date"), name="one_bulletin_a_unit_and_day")],
            },
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=9)),
                ("place", models.CharField(db_index=True, max_length=80)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("population", "population"),
                            ("smartphones", "smartphones"),
                            ("adults", "adults"),
                            ("headcount", "headcount"),
                        ],
                        max_length=12,
                    ),
                ),
                ("people", models.PositiveBigIntegerField()),
                ("as_of", models.DateField()),
                ("counts_from", models.DateField()),
                ("source", models.CharField(max_length=500)),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
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
            name="PrintedTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("source", models.CharField(max_length=500)),
                ("wording", models.TextField(blank=True)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("rows", models.JSONField()),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
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
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=16)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("day", models.DateField()),
                ("sent_at", models.DateTimeField()),
                (
                    "officer",
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
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("unit", "Unit"), ("sector", "Sector"), ("organisation", "Organisation")],
                        max_length=16,
                    ),
                ),
                ("key", models.CharField(max_length=16)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("people", models.PositiveBigIntegerField()),
                ("people_source", models.CharField(blank=True, max_length=80)),
                ("installs_then", models.PositiveBigIntegerField(null=True)),
                ("installs", models.PositiveBigIntegerField()),
                ("responsible", models.CharField(blank=True, max_length=160)),
                ("joined_on", models.DateField(blank=True, null=True)),
                ("left_on", models.DateField(blank=True, null=True)),
                (
                    "directive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="campaign.directive"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="units.organisation",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="campaign.target",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApprovedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                ("day", models.DateField(db_index=True)),
                ("approved_at", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("place", "day"), name="one_approval_a_place_and_day")],
            },
        ),
        migrations.AddIndex(
            model_name="directive",
            index=models.Index(fields=["scope", "deadline"], name="campaign_di_scope_f1fcf7_idx"),
        ),
        migrations.AddConstraint(
            model_name="directive",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on", None)),
                fields=("scope", "number", "issued", "base"),
                name="one_standing_directive_of_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.UniqueConstraint(
                fields=("key", "measure", "as_of", "source"), name="one_population_a_source_and_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.CheckConstraint(condition=models.Q(("people__gt", 0)), name="population_is_somebody"),
        ),
        migrations.AddConstraint(
            model_name="printedtable",
            constraint=models.UniqueConstraint(
                fields=("date", "place", "source"), name="one_printed_table_a_source_and_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("key", "day"), name="one_reminder_a_unit_and_day"),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(fields=["kind", "key"], name="campaign_ta_kind_30a911_idx"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                fields=("directive", "kind", "key"), name="one_target_of_a_unit_and_directive"
            ),
        ),
    ]
