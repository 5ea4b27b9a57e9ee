from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("simulations", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="simulation",
            name="days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="simulation",
            name="initial_infections",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="simulation",
            name="strain",
            field=models.CharField(blank=True, max_length=20),
        ),
    ]
