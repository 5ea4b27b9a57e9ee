from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("simulations", "0003_remove_simulation_doubts"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="simulation",
            name="adoption",
        ),
        migrations.RemoveField(
            model_name="simulation",
            name="adoption_on",
        ),
    ]
