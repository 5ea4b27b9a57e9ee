import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0005_status"), ("persons", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="person",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="cases", to="persons.person"
            ),
        ),
    ]
