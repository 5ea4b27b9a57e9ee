from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="IssuedPass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.CharField(db_index=True, max_length=64)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("pseudonym", models.CharField(max_length=9, unique=True)),
                ("text", models.BinaryField()),
                ("digest", models.CharField(max_length=16)),
                ("kind", models.CharField(max_length=40)),
                ("colour", models.PositiveSmallIntegerField(choices=[(1, "green"), (2, "yellow"), (3, "red")])),
                ("issued_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField(db_index=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("changed", "the declaration was corrected or withdrawn"),
                            ("called", "what came of a call"),
                            ("result", "a test or an examination says otherwise"),
                            ("misused", "somebody else shows it"),
                            ("mistake", "it was declared or issued by mistake"),
                        ],
                        max_length=8,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("revoked_at__isnull", False)),
                        fields=["revoked_at"],
                        name="passes_taken_back",
                    )
                ],
            },
        ),
    ]
