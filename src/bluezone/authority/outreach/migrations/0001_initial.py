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
            name="Hamlet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("households", models.PositiveIntegerField(null=True)),
                ("visited", models.PositiveIntegerField(default=0)),
                ("has", models.PositiveIntegerField(default=0)),
                ("helped", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("absent", models.PositiveIntegerField(default=0)),
                ("no_phone", models.PositiveIntegerField(default=0)),
                ("last_visit_on", models.DateField(null=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hamlet", to="units.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnionTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("drive", "install drive"),
                            ("houses", "from house to house"),
                            ("meeting", "at a meeting"),
                            ("telling", "leaflets, loudspeakers, messages"),
                            ("other", "something else"),
                        ],
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("due", models.DateField(db_index=True)),
                ("done_on", models.DateField(blank=True, null=True)),
                ("asked", models.PositiveIntegerField(blank=True, null=True)),
                ("helped", models.PositiveIntegerField(blank=True, null=True)),
                ("is_given", models.BooleanField(default=False)),
                (
                    "at",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tasks_here",
                        to="units.organisation",
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="union_tasks", to="units.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FamilyTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("told", models.PositiveIntegerField(null=True)),
                ("reached", models.PositiveIntegerField(null=True)),
                ("families_with_app", models.PositiveIntegerField(null=True)),
                ("pledging", models.PositiveIntegerField(null=True)),
                ("pledged", models.PositiveIntegerField(null=True)),
                ("members", models.PositiveIntegerField(null=True)),
                ("family", models.PositiveIntegerField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="family_tallies",
                        to="units.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "date"), name="one_family_tally_of_a_unit_and_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("date", models.DateField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("has", "has"),
                            ("helped", "helped"),
                            ("refused", "refused"),
                            ("absent", "absent"),
                            ("no-phone", "no-phone"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="household_visits",
                        to="units.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "number", "date"), name="one_visit_of_a_household_and_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("has", models.PositiveIntegerField(default=0)),
                ("helped", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("absent", models.PositiveIntegerField(default=0)),
                ("no_phone", models.PositiveIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="visit_days", to="units.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "date"), name="one_visit_day_of_a_hamlet_and_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitTeam",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("numbers", models.CharField(blank=True, max_length=300)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="visit_teams", to="units.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name"), name="one_team_of_a_name_in_a_hamlet")
                ],
            },
        ),
    ]
