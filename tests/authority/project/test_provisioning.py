"""A machine that is made a server: what its files hold, and that a second time nothing is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bluezone.authority.errors import AuthorityError
from bluezone.authority.project import provisioning
from bluezone.authority.project.provisioning import Machine, Site, caddy_of, merged, nginx_of, settings_of

_DEPLOY = Path(__file__).parents[3] / "deploy"
_UNITS = sorted((_DEPLOY / "systemd").iterdir())
SITE = Site("bluezone.example.vn", postgresql=True, backup_to="age1abc")


class Recorded(Machine):
    """A machine in a folder, whose programs are noted, not run: `known` is there already."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.known: set[str] = set()
        self.ran: list[str] = []

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        line = " ".join(command)
        asks = {"getent passwd bluezone": "useradd", "pg_roles": "createuser", "pg_database": "createdb"}
        for question, maker in asks.items():
            if question in line:
                is_known = maker in self.known
                return subprocess.CompletedProcess(
                    command, 0 if is_known or "psql" in line else 2, "1" if is_known else "", ""
                )
        self.ran.append(line)
        self.known |= {each for each in asks.values() if each in line}
        if "create-officer" in line:
            return subprocess.CompletedProcess(command, 0, "officer admin sets the password at https://…", "")
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.mark.parametrize(
    ("there", "wanted", "after"),
    [
        ("", {"A": "1"}, "A=1\n"),
        ("# mine\nB=2\nA=old\n", {"A": "1", "C": "3"}, "# mine\nB=2\nA=1\nC=3\n"),
        ("A=1\n", {"A": "1"}, "A=1\n"),
    ],
)
def test_settings_of_the_operator_stay(there, wanted, after):
    assert merged(there, wanted) == after


def test_the_settings_are_ones_that_the_server_reads(read_with):
    conf = read_with(**settings_of(SITE))
    assert (conf.tls, conf.trusted_proxies, conf.public_url) == (True, 1, "https://bluezone.example.vn")
    assert conf.secrets_folder.parent == conf.var.parent
    assert "DATABASE_URL" not in settings_of(Site("bluezone.example.vn"))


def test_a_machine_is_made_a_server_and_a_second_time_nothing_changes(tmp_path):
    machine = Recorded(tmp_path)
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    said = list(provisioning.provision(SITE, machine))
    assert [line for line in machine.ran if not line.startswith("runuser -u bluezone")] == [
        (
            "useradd --system --user-group --home-dir /var/lib/bluezone --no-create-home "
            "--shell /usr/sbin/nologin bluezone"
        ),
        "runuser -u postgres -- createuser bluezone",
        "runuser -u postgres -- createdb --owner bluezone bluezone",
        "systemctl enable --now bluezone-server.service bluezone-worker.service bluezone-backup.timer",
        "systemctl reload-or-restart caddy",
    ]
    assert "officer admin sets the password at https://…" in said
    assert (tmp_path / "etc/bluezone/authority.env").stat().st_mode & 0o777 == 0o640
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    machine.ran.clear()
    again = list(provisioning.provision(SITE, machine))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert not [line for line in machine.ran if "useradd" in line or "createuser" in line or "createdb" in line]
    assert not [line for line in again if line.startswith(("made", "wrote"))]
    list(provisioning.unprovision(machine))
    assert "import" not in (tmp_path / "etc/caddy/Caddyfile").read_text()
    assert (tmp_path / "etc/bluezone/authority.env").exists()
    assert (tmp_path / "var/lib/bluezone").is_dir()


@pytest.mark.parametrize("wrong", [{"domain": "a b"}, {"domain": "a.vn {"}, {"domain": "a.vn", "backup_to": "x\ny"}])
def test_what_would_break_a_file_of_settings_is_refused(wrong):
    with pytest.raises(AuthorityError, match="is meant"):
        Site(**wrong)


def test_a_step_that_fails_is_one_sentence(tmp_path):
    with pytest.raises(AuthorityError, match=r"`false`"):
        Machine(tmp_path).run("false")
    with pytest.raises(AuthorityError, match=r"`no-such-program` is not on this machine"):
        Machine(tmp_path).run("no-such-program")


def test_the_proxies_lead_to_the_server_and_keep_no_addresses():
    own = Site("a.vn", certificate="/etc/ssl/a.pem", certificate_key="/etc/ssl/a.key")
    assert caddy_of(Site("a.vn")).startswith("a.vn {\n\treverse_proxy 127.0.0.1:8000")
    assert "tls /etc/ssl/a.pem /etc/ssl/a.key" in caddy_of(own)
    assert "ssl_certificate /etc/ssl/a.pem;" in nginx_of(own)
    assert "/etc/letsencrypt/live/a.vn/fullchain.pem" in nginx_of(Site("a.vn"))
    assert "access_log off;" in nginx_of(own)
    for name in ("Host", "X-Forwarded-Proto", "X-Forwarded-For"):
        assert f"proxy_set_header {name} " in nginx_of(own)


@pytest.mark.parametrize("unit", [each for each in _UNITS if each.suffix == ".service"], ids=lambda each: each.name)
def test_a_service_may_do_little_and_comes_back(unit, require_tool):
    analyze = require_tool.program("systemd-analyze", package="systemd")
    said = subprocess.run(
        [analyze, "security", "--offline=true", "--no-pager", unit], capture_output=True, text=True, check=True
    ).stdout
    assert float(re.search(r"exposure level for \S+: ([\d.]+)", said)[1]) < 3
    text = unit.read_text("utf-8")
    assert "LimitNOFILE=" in text
    assert "Restart=always\n" in text or "Type=oneshot\n" in text


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path, require_tool):
    analyze = require_tool.program("systemd-analyze", package="systemd")
    command = shutil.which("true")
    for unit in _UNITS:  # the program itself comes with the package
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace("/usr/bin/bluezone", command))
    done = subprocess.run([analyze, "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "bluezone" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("certificate")
    made = (str(folder / "a.pem"), str(folder / "a.key"))
    subject = ("-subj", "/CN=a.vn", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    subprocess.run(["openssl", "req", "-x509", *subject, "-out", made[0], "-keyout", made[1]], check=True)
    return made


def _judged(*command: str) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed: `apt-get install {command[0]}` brings it")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nginx_takes_its_configuration(tmp_path, certificate):
    (tmp_path / "site").write_text(nginx_of(Site("a.vn", proxy="nginx", certificate=certificate[0],
                                                 certificate_key=certificate[1])))  # fmt: skip
    main = f"events {{}}\npid {tmp_path}/pid;\nerror_log stderr;\nhttp {{ include {tmp_path}/site; }}\n"
    (tmp_path / "main").write_text(main)
    _judged("nginx", "-t", "-c", str(tmp_path / "main"))


@pytest.mark.parametrize("own", [True, False])
def test_caddy_takes_its_configuration(tmp_path, certificate, own):
    site = Site("a.vn", certificate=certificate[0], certificate_key=certificate[1]) if own else Site("a.vn")
    (tmp_path / "Caddyfile").write_text(caddy_of(site))
    _judged("caddy", "validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile"))
