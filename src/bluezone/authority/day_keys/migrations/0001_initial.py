from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DayKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=16)),
                ("place", models.CharField(max_length=80)),
                ("day", models.DateField(db_index=True)),
                ("key_id", models.CharField(max_length=32, unique=True)),
                ("public", models.BinaryField(max_length=65)),
                ("private", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("purpose", "place", "day"), name="one_key_a_day")],
            },
        ),
    ]
