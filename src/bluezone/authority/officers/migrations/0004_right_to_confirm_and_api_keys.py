import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("officers", "0003_offices"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("device", "app on phones"),
                            ("admin", "issues codes"),
                            ("statistics", "reads statistics"),
                        ],
                        max_length=12,
                        verbose_name="what it does",
                    ),
                ),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("label", models.CharField(max_length=80, verbose_name="used by")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("begins", models.CharField(max_length=16)),
                ("made_at", models.DateTimeField()),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                ("last_used_on", models.DateField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="may_confirm",
            field=models.BooleanField(default=False, verbose_name="may confirm cases"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_confirm", True), ("role", "unit-head"), _negated=True),
                name="unit_heads_confirm_no_cases",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
