from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SignedDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("region", models.CharField(max_length=16)),
                ("area", models.CharField(blank=True, max_length=8)),
                ("serial", models.PositiveIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("document", models.TextField()),
            ],
            options={
                "ordering": ["kind", "region", "area", "serial"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "region", "area", "serial"), name="one_signed_document_a_serial"
                    )
                ],
            },
        ),
    ]
