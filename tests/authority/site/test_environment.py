"""Settings from the environment: typed, checked, all wrong ones named at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bluezone.authority.errors import ConfigurationError
from bluezone.authority.site.configuration import misspelt
from bluezone.authority.site.environment import Environment


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BLUEZONE_TSL", "BLUEZONE_TLS"),
        ("BLUEZONE_HOST", "BLUEZONE_HOSTS"),
        ("BLUEZONE_SECRETKEY", "BLUEZONE_SECRET_KEY"),
        ("BLUEZONE_SECOND_FACTORS", "BLUEZONE_SECOND_FACTOR"),
        ("BLUEZONE_DATABASE_URL", "DATABASE_URL"),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_one_that_is_meant(read_with, name: str, meant: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: there is no such setting; {meant} is meant"):
        read_with(**{name: "on"})


def test_names_of_other_programs_are_left_alone() -> None:
    others = ("BLUEZONE_TEST_POSTGRES", "BLUEZONE_TEST_DATABASE_URL", "BLUEZONE_CHAOS_ROUNDS", "BLUEZONE_PHONE", "PATH")
    assert misspelt([*others, "BLUEZONE_TLS", "DATABASE_URL"]) == []


def test_an_empty_environment_is_safe(read_with):
    conf = read_with()
    assert conf.var == Path("var").absolute()
    assert not conf.debug
    assert conf.second_factor
    assert conf.hosts == ("localhost", "127.0.0.1", "[::1]")


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("BLUEZONE_VAR", "/srv/bluezone", "var", Path("/srv/bluezone")),
        ("BLUEZONE_VAR", "inner", "var", Path("inner").absolute()),
        ("BLUEZONE_VAR", "", "var", Path("var").absolute()),
        ("DATABASE_URL", "postgres://x/y", "database_url", "postgres://x/y"),
        ("DATABASE_URL", " ", "database_url", None),
        ("BLUEZONE_TLS", "on", "tls", True),
        ("BLUEZONE_TLS", " TRUE ", "tls", True),
        ("BLUEZONE_TLS", "0", "tls", False),
        ("BLUEZONE_SECOND_FACTOR", "", "second_factor", True),
        ("BLUEZONE_HOSTS", "a.vn, b.vn ,", "hosts", ("a.vn", "b.vn")),
        ("BLUEZONE_HEALTH_AUTHORITIES", "", "health_authorities", ()),
        ("BLUEZONE_TRUSTED_PROXIES", " 2", "trusted_proxies", 2),
        ("BLUEZONE_EXPORT_MIN_KEYS", "0", "export_min_keys", 0),
        ("BLUEZONE_ISSUER", "", "issuer", "vn.bluezone.verification"),
        ("BLUEZONE_WRONG_CODES_A_DAY", "333", "wrong_codes_a_day", 333),
        ("BLUEZONE_DATA_REQUEST_HOURS", "72", "data_request_hours", 72),
        ("BLUEZONE_SECRET_KEY", "", "secret_key", None),
        ("BLUEZONE_REHEARSAL_CLOCK", "/tmp/clock", "rehearsal_clock", Path("/tmp/clock")),
        ("BLUEZONE_REHEARSAL_CLOCK", "", "rehearsal_clock", None),
    ],
)
def test_a_variable_sets_its_field(read_with, variable, text, field, value):
    assert getattr(read_with(**{variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text", "meant"),
    [
        ("BLUEZONE_DEBUG", "maybe", "on or off"),
        ("BLUEZONE_TRUSTED_PROXIES", "-1", "a whole number of 0 or more"),
        ("BLUEZONE_TRUSTED_PROXIES", "two", "a whole number of 0 or more"),
        ("BLUEZONE_TRUSTED_PROXIES", "", "a whole number of 0 or more"),
        ("BLUEZONE_TRUSTED_PROXIES", "9" * 5_000, "a whole number of 0 or more"),
        ("BLUEZONE_CODE_DIGITS", "9", "one of 8, 10, 12, 14, 16"),
        ("BLUEZONE_CODE_LIFE_S", "0", "a whole number of 1 or more"),
        ("BLUEZONE_LONG_CODE_SIGNS", "8", "12 to 32"),
        ("BLUEZONE_WRONG_CODES_A_DAY", "-1", "a whole number of 0 or more"),
        ("BLUEZONE_EXPORT_PERIOD_S", "5000", "not a multiple of BLUEZONE_TRUNCATE_WINDOW_S=900"),
        ("BLUEZONE_FEDERATION_OUT", "some", "'off', 'all' or 'travellers'"),
        ("BLUEZONE_REGION", "../etc", "1 to 16 letters"),
        ("BLUEZONE_REGION", "", "1 to 16 letters"),
        ("BLUEZONE_HOSTS", "", "at least one"),
        ("BLUEZONE_PUBLIC_URL", "ftp://bluezone.vn", "https://"),
        ("BLUEZONE_FIGURE_SOURCES", "ministry,devices", "ministry, reported, counted"),
        ("BLUEZONE_FIGURE_SOURCES", "counted,counted", "each once"),
        ("BLUEZONE_FIGURE_SOURCES", "", "at least one"),
        ("DATABASE_URL", "mysql://root:hush@host/name", "postgres://"),
        ("DATABASE_URL", "postgres://u:hush@host:port/name", "postgres://"),
    ],
)
def test_a_bad_value_is_named_and_a_password_is_not(read_with, variable, text, meant):
    with pytest.raises(ConfigurationError) as refused:
        read_with(**{variable: text})
    (problem,) = refused.value.problems
    assert problem.startswith(variable)
    assert meant in problem
    assert "hush" not in problem


def test_all_wrong_variables_are_named_at_once_and_no_secret_is_repeated(read_with):
    with pytest.raises(ConfigurationError) as refused:
        read_with(
            BLUEZONE_TLS="maybe",
            BLUEZONE_TRUSTED_PROXIES="two",
            BLUEZONE_EXPORT_PERIOD_S="5000",
            BLUEZONE_SMS="smoke",
            DATABASE_URL="mysql://root:hush@host/name",
            BLUEZONE_SECRET_KEY="hush",
        )
    named = {problem.partition(":")[0].partition("=")[0] for problem in refused.value.problems}
    assert named == {
        "BLUEZONE_TLS", "BLUEZONE_TRUSTED_PROXIES", "BLUEZONE_EXPORT_PERIOD_S", "BLUEZONE_SMS", "DATABASE_URL",
    }  # fmt: skip
    assert "hush" not in str(refused.value)
    assert refused.value.__cause__ is None, "a traceback would print the values that pydantic holds"
    assert refused.value.__context__ is None


def test_a_secret_is_not_shown_where_settings_are_printed(read_with):
    """Django's debug page prints every setting."""
    conf = read_with(
        BLUEZONE_SECRET_KEY="hush",
        BLUEZONE_SECRET_KEY_FALLBACKS="hush",
        BLUEZONE_DEVICE_API_KEYS="hush",
        BLUEZONE_SMS_TOKEN="hush",
        DATABASE_URL="postgres://u:hush@host/name",
    )
    assert "hush" not in f"{conf!r} {conf}"


def test_a_file_of_variables_in_the_folder_of_a_command_changes_nothing(read_with, tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("BLUEZONE_DEBUG=on\n")
    monkeypatch.chdir(tmp_path)
    assert not read_with().debug


def test_the_command_line_names_each_wrong_variable_on_a_line_and_exits_with_2(tmp_path):
    ours = ("BLUEZONE_", "DATABASE_URL")
    variables = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    variables |= {"BLUEZONE_VAR": str(tmp_path), "BLUEZONE_TLS": "x", "BLUEZONE_RATE_LIMIT": "0", "BLUEZONE_HOSTS": ","}
    command = [sys.executable, "-m", "bluezone", "authority", "install"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "bluezone: BLUEZONE_HOSTS=',': at least one is needed",
        "bluezone: BLUEZONE_TLS='x': say on or off",
        "bluezone: BLUEZONE_RATE_LIMIT='0': a whole number of 1 or more is meant",
    ]
    assert list(tmp_path.iterdir()) == []


def test_every_setting_says_what_it_is():
    assert all(field.description for field in Environment.model_fields.values())
