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
            name="Ending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ends_at", models.DateTimeField()),
                ("announced_at", models.DateTimeField()),
                ("deleted", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="What happened, in a few words")),
                ("place", models.CharField(max_length=40)),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("disclosed", "disclosed, copied or lost"),
                            ("purpose", "used for another purpose than was said"),
                            ("rights", "a person’s right was not, or wrongly, fulfilled"),
                            ("other", "another violation"),
                        ],
                        max_length=12,
                        verbose_name="Nature",
                    ),
                ),
                ("found_at", models.DateTimeField(verbose_name="Found at")),
                (
                    "may_harm",
                    models.BooleanField(
                        verbose_name="May harm health, life, honour, dignity, property or public order"
                    ),
                ),
                (
                    "what",
                    models.TextField(
                        max_length=4000, verbose_name="Course: when, where, what was done, who is involved by function"
                    ),
                ),
                ("data", models.TextField(max_length=2000, verbose_name="Which data, of how many people")),
                ("consequences", models.TextField(blank=True, max_length=2000, verbose_name="Possible consequences")),
                (
                    "measures",
                    models.TextField(blank=True, max_length=2000, verbose_name="Measures taken, and those to come"),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Record of the violation signed"),
                ),
                (
                    "notified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Authority notified (Form 08)"),
                ),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="The authority’s reference")),
                ("people_told_at", models.DateTimeField(blank=True, null=True, verbose_name="Those affected told at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="Closed")),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "breach of personal data",
            },
        ),
    ]
