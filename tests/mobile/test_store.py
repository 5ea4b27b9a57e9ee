"""What a shop is told of the app, against its limits and the manifest."""

from __future__ import annotations

import re
import tomllib

import pytest

#: Google's store: characters
LONGEST = {"title": 30, "short": 80, "full": 4_000}


@pytest.fixture(scope="module")
def listing(mobile):
    return tomllib.loads((mobile / "store" / "listing.toml").read_text("utf-8"))


def test_each_text_is_there_in_both_languages_and_fits(listing):
    for language in ("vi", "en"):
        assert set(listing[language]) == set(LONGEST)
        for name, longest in LONGEST.items():
            assert 0 < len(listing[language][name].strip()) <= longest, (language, name)
    for each in (*listing["permissions"].values(), *(row["when"] for row in listing["data"])):
        assert set(each) == {"vi", "en"}
        assert each["vi"] != each["en"]


def test_each_permission_of_the_manifest_has_its_reason_and_no_other_has(listing, mobile):
    manifest = (mobile / "android" / "AndroidManifest.xml").read_text("utf-8")
    asked = re.findall(r'<uses-permission android:name="android\.permission\.(\w+)"', manifest)
    assert sorted(listing["permissions"]) == sorted(asked)
