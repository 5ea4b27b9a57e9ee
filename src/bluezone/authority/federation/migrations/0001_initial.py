import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("index_url", models.CharField(max_length=300)),
                ("export_root", models.CharField(blank=True, max_length=300)),
                ("region", models.CharField(max_length=40)),
                ("travellers", models.BooleanField(default=False)),
                ("keys_a_day", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=12)),
                ("detail", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="SourceKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(blank=True, max_length=64)),
                ("key_version", models.CharField(blank=True, max_length=64)),
                ("public_key_pem", models.TextField()),
                ("added_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="public_keys", to="federation.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("reading", "Reading"), ("read", "Read"), ("bad", "Bad")],
                        default="reading",
                        max_length=7,
                    ),
                ),
                ("tried_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("retry_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=12)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("position", models.PositiveIntegerField(default=0)),
                ("revised_position", models.PositiveIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("revised", models.PositiveIntegerField(default=0)),
                ("refused", models.JSONField(default=dict)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="federation.source"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["source", "read_at"], name="federation__source__132464_idx")],
                "constraints": [models.UniqueConstraint(fields=("source", "name"), name="one_row_a_source_file")],
            },
        ),
    ]
