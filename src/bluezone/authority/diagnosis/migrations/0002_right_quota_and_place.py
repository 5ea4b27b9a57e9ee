import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diagnosis", "0001_initial"),
        ("officers", "0004_right_to_confirm_and_api_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="CodeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=96)),
                ("day", models.DateField(db_index=True)),
                ("issued", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("holder", "day"), name="one_count_of_a_holder_a_day"),
                ],
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
                "constraints": [
                    models.UniqueConstraint(fields=("place", "day"), name="one_use_of_an_office_a_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotaFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80, unique=True)),
                ("factor", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="factor")),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="created_with",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="cases", to="officers.apikey"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="place",
            field=models.CharField(db_index=True, default="/", max_length=80),
        ),
    ]
