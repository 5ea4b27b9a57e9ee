from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("epidemiology", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cases", "Cases"),
                            ("met", "Met"),
                            ("people", "People"),
                            ("sites", "Sites"),
                            ("heard", "Heard"),
                        ],
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("rows", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["kind", "place"],
                        name="snapshots_of_a_place",
                        opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
                    )
                ],
            },
        ),
    ]
