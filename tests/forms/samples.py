"""Hold whole declarations, as pages send them."""

from __future__ import annotations

import datetime as dt

from bluezone.forms import communes, shipped
from bluezone.forms.answers import Edge
from bluezone.forms.country import Country

TODAY = dt.date(2020, 8, 20)
VIET_NAM, LAOS = Country("VN", "84"), Country("LA", "856")
EDGE = Edge(TODAY, VIET_NAM.telephone)
FORMS = {form.form: form for form in shipped.forms()}
LONG_MY = communes.search("Long Mỹ, Cần Thơ")[0]
GIVEN = {
    "full_name": ["Nguyễn Thị Lan"],
    "birth_year": ["1950"],
    "gender": ["female"],
    "nationality": ["VN"],
    "commune": [LONG_MY.code],
    "address": ["12 Trần Hưng Đạo"],
    "telephone": ["0912 345 678"],
    "signs": ["none"],
    "near_case": ["no"],
    "near_abroad": ["no"],
    "near_sick": ["no"],
}
MOVING = GIVEN | {
    "vehicle": ["bus"],
    "vehicle_number": ["65B-012.34"],
    "start_date": ["21/8/2020"],
    "from_commune": [LONG_MY.code],
    "from_station": ["Bến xe Long Mỹ"],
    "to_commune": [LONG_MY.code],
    "to_station": ["Bến xe Cần Thơ"],
    "places_passed": ["không"],
    "through_area": ["no"],
}
