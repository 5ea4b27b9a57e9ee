from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("simulations", "0002_alter_simulation_days_and_more"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="simulation",
            name="doubts",
        ),
    ]
