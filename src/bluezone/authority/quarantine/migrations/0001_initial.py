import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                ("day", models.DateField(db_index=True)),
                ("carried_over_from", models.DateField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("present", models.PositiveIntegerField(default=0)),
                ("with_phone", models.PositiveIntegerField(default=0)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("has_app", models.PositiveIntegerField(default=0)),
                ("helped", models.PositiveIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rosters",
                        to="units.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Row",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hamlet", models.CharField(blank=True, max_length=160)),
                ("number", models.CharField(max_length=16)),
                ("number_key", models.CharField(max_length=80)),
                ("person", models.PositiveSmallIntegerField(default=1)),
                (
                    "presence",
                    models.CharField(
                        choices=[("present", "present"), ("absent", "absent"), ("left", "left")],
                        default="present",
                        max_length=8,
                    ),
                ),
                ("has_phone", models.BooleanField(default=False)),
                ("asked", models.BooleanField(default=False)),
                ("has_app", models.BooleanField(default=False)),
                ("helped", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="quarantine.roster"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.UniqueConstraint(fields=("place", "day"), name="one_roster_of_a_place_and_day"),
        ),
        migrations.AddConstraint(
            model_name="row",
            constraint=models.UniqueConstraint(
                fields=("roster", "hamlet", "number_key", "person"), name="one_row_of_a_person_and_roster"
            ),
        ),
    ]
