import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import bluezone.authority.officers.jurisdiction


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficeLetterhead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=80, unique=True)),
                ("body", models.CharField(max_length=200)),
                ("above", models.CharField(blank=True, max_length=200)),
                ("written_at", models.CharField(max_length=60)),
                ("number", models.CharField(max_length=40)),
                ("signs_for", models.CharField(blank=True, max_length=60)),
                ("signer", models.CharField(max_length=60)),
                ("recipients", models.CharField(blank=True, max_length=900)),
                ("hotline", models.CharField(max_length=24)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("full_name", models.CharField(blank=True, max_length=120, verbose_name="full name")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ministry", "ministry"),
                            ("province", "province"),
                            ("district", "district"),
                            ("commune", "commune"),
                            ("department", "department"),
                            ("unit-head", "unit-head"),
                            ("checkpoint", "checkpoint"),
                            ("lab", "lab"),
                        ],
                        max_length=16,
                    ),
                ),
                ("place", models.CharField(blank=True, db_index=True, max_length=80)),
                ("may_confirm", models.BooleanField(default=False, verbose_name="may confirm cases")),
                ("may_read_health", models.BooleanField(default=False, verbose_name="may read health data")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
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
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160)),
                ("territory", models.CharField(db_index=True, max_length=80)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("is_example", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("territory", "name"),
                        name="one_open_office_of_a_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficerToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OfficeTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("territory", models.CharField(max_length=80)),
                ("sector", models.CharField(max_length=16)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="officers.office"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="The date and time when this device was initially created in the system.",
                        null=True,
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, help_text="The most recent date and time this device was used.", null=True
                    ),
                ),
                ("sealed_seed", models.BinaryField()),
                ("last_step", models.BigIntegerField(default=-1)),
                ("drift", models.SmallIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecoveryCodes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="The date and time when this device was initially created in the system.",
                        null=True,
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, help_text="The most recent date and time this device was used.", null=True
                    ),
                ),
                ("digests", models.JSONField(default=list)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("may_confirm", True),
                    (
                        "role__in",
                        [
                            bluezone.authority.officers.jurisdiction.Role["UNIT_HEAD"],
                            bluezone.authority.officers.jurisdiction.Role["CHECKPOINT"],
                        ],
                    ),
                    _negated=True,
                ),
                name="unit_heads_confirm_no_cases",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("may_read_health", True),
                    (
                        "role__in",
                        [
                            bluezone.authority.officers.jurisdiction.Role["UNIT_HEAD"],
                            bluezone.authority.officers.jurisdiction.Role["CHECKPOINT"],
                            bluezone.authority.officers.jurisdiction.Role["LAB"],
                        ],
                    ),
                    _negated=True,
                ),
                name="no_reading_beyond_health_offices",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place", ""), ("role", "")),
                    models.Q(("place", "/"), ("role", bluezone.authority.officers.jurisdiction.Role["MINISTRY"])),
                    models.Q(
                        ("place__startswith", "/"),
                        models.Q(
                            ("role__in", ["", bluezone.authority.officers.jurisdiction.Role["MINISTRY"]]), _negated=True
                        ),
                        models.Q(("place", "/"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="role_has_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="officetask",
            constraint=models.UniqueConstraint(
                fields=("territory", "sector"), name="one_office_for_a_sector_of_a_place"
            ),
        ),
    ]
