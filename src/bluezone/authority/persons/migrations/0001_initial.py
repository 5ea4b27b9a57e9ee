from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pseudonym", models.CharField(max_length=10, unique=True)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("sealed", models.BinaryField()),
                ("telephone_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("document_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("created_at", models.DateTimeField()),
                ("expires_on", models.DateField(db_index=True)),
            ],
        ),
    ]
