import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OwnSector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=16, unique=True)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("name", models.CharField(max_length=80)),
                ("name_english", models.CharField(max_length=80)),
                ("counted", models.CharField(blank=True, max_length=160)),
                ("asked", models.CharField(blank=True, max_length=160)),
                ("with_families", models.BooleanField(default=False)),
                ("with_guests", models.BooleanField(default=False)),
                ("office", models.CharField(blank=True, max_length=120)),
                ("words", models.TextField(blank=True)),
                ("created_on", models.DateField()),
                ("closed_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("place", "name"),
                        name="one_open_sector_of_a_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=9, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("search_key", models.CharField(blank=True, max_length=200)),
                ("sector", models.CharField(max_length=16)),
                ("within", models.CharField(max_length=8)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("line", models.CharField(blank=True, db_index=True, max_length=48)),
                ("headcount", models.PositiveIntegerField(blank=True, null=True)),
                ("with_families", models.BooleanField(default=False)),
                ("headed_by", models.CharField(blank=True, max_length=120)),
                ("created_on", models.DateField()),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("people_brought", models.PositiveIntegerField(default=0)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="units.organisation",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="children",
                        to="units.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["sector", "place"], name="units_organ_sector_3eed5e_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("headcount", 0), _negated=True), name="headcount_is_somebody"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None), ("parent", None)),
                        fields=("within", "sector", "name"),
                        name="one_open_organisation_of_a_name",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("parent", "name"),
                        name="one_open_organisation_of_a_name_in_another",
                    ),
                ],
            },
        ),
    ]
