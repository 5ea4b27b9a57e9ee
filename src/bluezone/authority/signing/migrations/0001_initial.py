from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("export", "Export"), ("certificate", "Certificate"), ("pass", "Pass")], max_length=12
                    ),
                ),
                ("version", models.CharField(max_length=16)),
                ("public_key_pem", models.TextField()),
                ("from_at", models.DateTimeField()),
                ("thru_at", models.DateTimeField(null=True)),
                ("distrusted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("purpose", "version"), name="one_key_a_version")],
            },
        ),
    ]
