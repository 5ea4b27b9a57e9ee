import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberRequest",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("number_digest", models.CharField(db_index=True, max_length=64)),
                ("number", models.BinaryField()),
                ("place", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("code_digest", models.CharField(max_length=64)),
                ("code_expires_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_index=True)),
                ("sends", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OutgoingMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.BinaryField()),
                ("next_try_at", models.DateTimeField(db_index=True)),
                ("good_until", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PhoneNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("number", models.BinaryField()),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("receipt_digest", models.CharField(max_length=64, unique=True)),
                ("confirmed_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="GuidanceEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("from_day", models.DateField()),
                ("until_day", models.DateField(db_index=True)),
                ("version", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=300)),
                ("body", models.JSONField()),
                ("form_id", models.UUIDField(unique=True)),
                ("published_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SendingFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("place", models.CharField(max_length=80)),
                ("code", models.CharField(max_length=40)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "place", "code"), name="one_count_of_a_failure_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="NewsItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("news", "news"), ("advice", "advice")], max_length=8)),
                ("place", models.CharField(db_index=True, max_length=80)),
                ("title_vi", models.CharField(max_length=120)),
                ("text_vi", models.CharField(max_length=1200)),
                ("title_en", models.CharField(blank=True, max_length=120)),
                ("text_en", models.CharField(blank=True, max_length=1200)),
                ("form_id", models.UUIDField(unique=True)),
                ("published_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField(db_index=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("by_sms", models.BooleanField(default=False)),
                ("sms_through", models.BigIntegerField(default=0)),
                ("sms_done_at", models.DateTimeField(null=True)),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text_en", ""), ("title_en", "")),
                            models.Q(
                                models.Q(("title_en", ""), _negated=True), models.Q(("text_en", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="english_whole_or_none",
                    )
                ],
            },
        ),
    ]
