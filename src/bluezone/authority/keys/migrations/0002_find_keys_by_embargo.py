from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="publishedkey",
            name="key_awaits_export",
        ),
        migrations.RemoveIndex(
            model_name="publishedkey",
            name="keys_publis_embargo_647c4e_idx",
        ),
        migrations.RemoveIndex(
            model_name="publishedkey",
            name="key_of_a_batch",
        ),
        migrations.AddField(
            model_name="exportbatch",
            name="embargoed_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="publishedkey",
            index=models.Index(fields=["region", "embargoed_until"], name="key_by_embargo"),
        ),
    ]
