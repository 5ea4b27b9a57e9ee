from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("simulations", "0004_remove_simulation_adoption_and_more"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="simulation",
            name="language",
        ),
    ]
