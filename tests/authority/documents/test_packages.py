"""A package of a country: signed, added as a disease's is, and its emblem shown where the institution has none."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from bluezone.authority.project import institution
from bluezone.cli.authority.documents import country_command
from bluezone.cli.country import country_group
from bluezone.geography.country import read


def run(*arguments: str, group=country_command):
    return CliRunner().invoke(group, arguments)


def test_a_country_is_signed_and_added(signs, tmp_path: Path):
    package = tmp_path / "champa"
    run("copy", "laos", str(package), group=country_group)
    assert "not signed" in str(run("add", str(package)).exception)
    assert run("sign", str(package)).exit_code == 0
    assert "(signed)" in run("check", str(package), group=country_group).output
    assert run("add", str(package)).output == f"added: BLUEZONE_COUNTRY={signs.countries / 'champa'}\n"
    assert read(signs.countries / "champa").code == "champa"
    assert "raise the version" in str(run("add", str(package)).exception)
    with package.joinpath("provinces.csv").open("a") as file:
        file.write("\n")
    assert "provinces.csv is not as it was signed" in str(run("add", str(package)).exception)
    package.joinpath("vintages.csv").unlink()
    assert "vintages.csv is missing" in str(run("add", str(package)).exception)


def test_the_countrys_emblem_is_shown_where_the_institution_has_none(client, db, monkeypatch, tmp_path: Path):
    package = tmp_path / "champa"
    run("copy", "laos", str(package), group=country_group)
    package.joinpath("emblem.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    main = package / "country.toml"
    main.write_text(main.read_text().replace('iso = "LA"', 'iso = "LA"\nemblem = "emblem.svg"'))
    monkeypatch.setattr(institution, "country", lambda: read(package))
    answer = client.get("/about/emblem")
    assert (answer["Content-Type"], b"".join(answer.streaming_content)[:4]) == ("image/svg+xml", b"<svg")
    assert "/about/emblem" in client.get("/about").content.decode()
