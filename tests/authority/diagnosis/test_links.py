"""Links with codes: where they lead, what they disclose, and which apps may open them."""

from __future__ import annotations

import logging

import pytest

from bluezone.authority.diagnosis import link_views, links

FINGERPRINT = ":".join(["14"] * 32)
OTHER = ":".join(["AB"] * 32)
ANDROID = (f"vn.bluezone={FINGERPRINT}", f"vn.bluezone={OTHER}", f"vn.example.clinic={OTHER}")
CODE = "abcd1234efgh5678"
PIXEL = "Mozilla/5.0 (Linux; Android 10; Pixel 3) AppleWebKit/537.36 Chrome/84.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CODE, CODE),
        ("12345678", "12345678"),
        ("1234-5678-90", "1234-5678-90"),
        ("", ""),
        ("12345", ""),
        ("<script>alert(1)</script>", ""),
        ("a" * 65, ""),
        ("１２３４５６７８", ""),
    ],
)
def test_only_what_has_the_form_of_a_code_is_one(text, code):
    assert links.code_in(text) == code


@pytest.mark.parametrize(
    ("code", "apps", "user_agent", "opens"),
    [
        (CODE, ANDROID, PIXEL, True),
        (CODE, ANDROID, IPHONE, False),
        (CODE, ANDROID, "", False),
        (CODE, (), PIXEL, False),
        ("", ANDROID, PIXEL, False),
    ],
)
def test_an_android_phone_opens_the_first_app_of_the_settings(code, apps, user_agent, opens):
    address = links.intent(code, "452", apps, user_agent, "https://host/v?c=1&page=1")
    assert (address is not None) is opens
    if address:
        assert address.startswith(f"intent://v?c={CODE}&r=452#Intent;scheme=ens;package=vn.bluezone;")
        assert address.endswith(";S.browser_fallback_url=https%3A%2F%2Fhost%2Fv%3Fc%3D1%26page%3D1;end")


def test_a_link_carries_the_code_and_nothing_else():
    assert links.link("https://ma.example.vn/", CODE) == f"https://ma.example.vn/v?c={CODE}"


@pytest.fixture
def apps(db, environment):
    return environment(android_apps=ANDROID, ios_apps=("ABCDE12345.vn.bluezone",), app_url="https://example.vn/app")


SECRET = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def test_the_redirect_is_neither_stored_nor_passed_on(apps, client):
    answer = client.get("/v", {"c": CODE}, headers={"User-Agent": PIXEL})
    assert answer.status_code == 303
    assert answer["Location"].startswith(f"intent://v?c={CODE}&")
    assert {name: answer[name] for name in SECRET} == SECRET


@pytest.mark.parametrize(("query", "user_agent"), [({"c": CODE}, IPHONE), ({"c": CODE, "page": "1"}, PIXEL)])
def test_whoever_has_no_app_sees_the_code_on_a_page(apps, client, query, user_agent):
    answer = client.get("/v", query, headers={"User-Agent": user_agent})
    assert answer.status_code == 200
    assert {name: answer[name] for name in SECRET} == SECRET
    assert "abcd 1234 efgh 5678" in answer.content.decode()
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("text", ["", '"><img src=x>', "1"])
def test_what_is_no_code_is_not_repeated(apps, client, text):
    answer = client.get("/v", {"c": text}, headers={"User-Agent": PIXEL})
    assert answer.status_code == 200
    assert "<img src=x>" not in answer.content.decode()
    assert "poster" not in answer.content.decode()


def test_following_a_link_uses_no_code_up(issue, phone, apps, client):
    code = issue()
    for _ in range(3):
        assert client.get("/v", {"c": code}).status_code == 200
    assert phone.verify(code).token


def test_not_even_a_failure_logs_the_code(apps, client, monkeypatch, caplog):
    def broken(*_arguments, **_named):
        raise RuntimeError("broken")

    monkeypatch.setattr(link_views, "render", broken)
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        assert client.get("/v", {"c": CODE}).status_code == 500
    assert caplog.records
    # what a handler writes: message, arguments, traceback; Django's request object is written by none
    assert CODE not in caplog.text


def test_apps_are_bound_to_the_host_as_the_settings_name_them(apps, client):
    android = client.get("/.well-known/assetlinks.json")
    assert android["Content-Type"] == "application/json"
    assert [each["target"] for each in android.json()] == [
        {
            "namespace": "android_app",
            "package_name": "vn.bluezone",
            "sha256_cert_fingerprints": [FINGERPRINT, OTHER],
        },
        {"namespace": "android_app", "package_name": "vn.example.clinic", "sha256_cert_fingerprints": [OTHER]},
    ]
    assert client.get("/.well-known/apple-app-site-association").json() == {
        "applinks": {"apps": [], "details": [{"appID": "ABCDE12345.vn.bluezone", "paths": ["/v"]}]}
    }


@pytest.mark.parametrize("name", ["assetlinks.json", "apple-app-site-association"])
def test_without_apps_nothing_is_bound(db, environment, client, name):
    environment()
    assert client.get(f"/.well-known/{name}").status_code == 404


def test_wrong_names_of_apps_are_said_at_the_start(read_with):
    with pytest.raises(Exception, match="ANDROID_APPS") as caught:
        read_with(BLUEZONE_ANDROID_APPS="vn.bluezone=14:6D", BLUEZONE_IOS_APPS="bluezone")
    assert "BLUEZONE_IOS_APPS" in str(caught.value)
    assert read_with(BLUEZONE_ANDROID_APPS=",".join(ANDROID)).android_apps == ANDROID
