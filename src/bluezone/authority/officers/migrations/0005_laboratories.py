from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("officers", "0004_right_to_confirm_and_api_keys")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ministry", "ministry"),
                    ("province", "province"),
                    ("district", "district"),
                    ("commune", "commune"),
                    ("department", "department"),
                    ("unit-head", "unit-head"),
                    ("lab", "lab"),
                ],
                max_length=16,
            ),
        ),
    ]
