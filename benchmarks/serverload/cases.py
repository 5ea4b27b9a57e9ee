"""Open cases in an authority's database and print their codes as JSON (`python -m serverload.cases COUNT`)."""

from __future__ import annotations

import datetime as dt
import json
import sys

import django
from django.db import transaction


def main() -> None:
    django.setup()
    from bluezone.authority.diagnosis import services
    from bluezone.authority.site import clock

    now = clock.now()
    day = clock.date_of(now) - dt.timedelta(days=3)
    with transaction.atomic():
        codes = [
            services.open_case(services.NewCase("confirmed", day, day), None, now)[1].short
            for _ in range(int(sys.argv[1]))
        ]
    json.dump(codes, sys.stdout)


if __name__ == "__main__":
    main()
