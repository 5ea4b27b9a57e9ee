"""Store installed apps, to count them."""

from __future__ import annotations

from django.db import connection, models


class Installation(models.Model):
    """Store an installed app: no person, no telephone, no address, and of its days only the last two in use.

    `digest` is a keyed hash of the random id the phone made; who has the database cannot tell which phone a row is.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    platform = models.CharField(max_length=8)
    version = models.CharField(max_length=24)
    #: `34:31318`; empty where the person did not say
    commune = models.CharField(max_length=8, blank=True)
    #: of the poster the app was installed from
    unit_code = models.CharField(max_length=9, blank=True)
    registered_on = models.DateField()
    #: without an index: then a day in use is written in place, and no index is touched (PostgreSQL's HOT update)
    last_active_on = models.DateField()
    #: the day in use before that: so that yesterday's count is right although the phone was in use today already
    active_before = models.DateField(null=True)

    class Meta:
        # What posters brought is a small part, and is counted daily: without it, that reads the whole table.
        indexes = [
            models.Index(fields=["unit_code"], condition=~models.Q(unit_code=""), name="installations_of_posters")
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.version} in {self.commune or '?'} since {self.registered_on}"


def lighten(**_: object) -> None:
    """Tell PostgreSQL how to keep installed apps, after migrations (`post_migrate`): a table of tens of millions.

    Each page has room for the new version of a row, and the vacuum keeps up with a table all of which changes daily.
    Django adds to a text key a second index, for LIKE: of 30 million digests it is 2.7 GB that nobody asks.
    """
    if connection.vendor != "postgresql":
        return
    table = Installation._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE %s", [f"{table}_digest_%_like"])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(f"ALTER TABLE {table} SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)")
