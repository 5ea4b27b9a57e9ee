"""Make a Debian machine a server: user, folders, settings, database, first officer, proxy with TLS, services, backups.

`bluezone authority install --domain` asks here, as root; done again it changes nothing that is as it should be.
`uninstall` stops the services, and keeps settings, secrets, data and backups. What files hold is pure.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bluezone.authority.errors import AuthorityError

USER = "bluezone"
SETTINGS, BACKUPS = Path("/etc/bluezone/authority.env"), Path("/etc/bluezone/backup.env")
CADDY, NGINX = Path("/etc/bluezone/Caddyfile"), Path("/etc/nginx/sites-enabled/bluezone")
_CADDY_MAIN, _IMPORT = Path("/etc/caddy/Caddyfile"), f"import {CADDY}"
_VAR, _SECRETS, _BACKUP_FOLDER = (
    Path("/var/lib/bluezone"),
    Path("/var/lib/bluezone-secrets"),
    Path("/var/backups/bluezone"),
)
_SERVICES = ("bluezone-server.service", "bluezone-worker.service")
_TIMER = "bluezone-backup.timer"
_RUNNING = Path("/run/systemd/system")
_FIRST_OFFICER = "admin"
_COMMAND = "/usr/bin/bluezone"
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)
_RECIPIENT = re.compile(r"age1[a-z0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Site:
    """Hold what an operator decides. `certificate`, `certificate_key`: of the ministry's own; without them the proxy
    gets one by ACME. `backup_to`: the public key that `backup-key` printed elsewhere."""

    domain: str
    postgresql: bool = False
    proxy: str = "caddy"
    certificate: str = ""
    certificate_key: str = ""
    backup_to: str = ""

    def __post_init__(self) -> None:
        """Raise AuthorityError for what no file of settings may hold."""
        if not _DOMAIN.fullmatch(self.domain):
            raise AuthorityError(f"{self.domain!r}: a name such as bluezone.example.vn is meant, in small letters")
        if self.backup_to and not _RECIPIENT.fullmatch(self.backup_to):
            raise AuthorityError("the key for backups: age1... is meant, as `backup-key` prints it")


# --- what files hold --------------------------------------------------------------------------------------------------


def settings_of(site: Site) -> dict[str, str]:
    """Return the settings that follow from a site; all others are the operator's."""
    return {
        "BLUEZONE_VAR": str(_VAR),
        "BLUEZONE_SECRETS": str(_SECRETS),
        "BLUEZONE_HOSTS": f"{site.domain},localhost,127.0.0.1",
        "BLUEZONE_PUBLIC_URL": f"https://{site.domain}",
        "BLUEZONE_TLS": "on",
        "BLUEZONE_TRUSTED_PROXIES": "1",
    } | ({"DATABASE_URL": f"postgres:///{USER}"} if site.postgresql else {})


def merged(there: str, wanted: Mapping[str, str]) -> str:
    """Return a file of settings with these in their place; every other line stays as it is."""
    left = dict(wanted)
    lines = []
    for line in there.splitlines():
        name = line.partition("=")[0].strip()
        lines.append(f"{name}={left.pop(name)}" if name in left else line)
    return "\n".join([*lines, *(f"{name}={value}" for name, value in left.items())]) + "\n"


def caddy_of(site: Site) -> str:
    """Return Caddy's configuration: certificates by ACME unless there are own ones, no access log."""
    own = f"\ttls {site.certificate} {site.certificate_key}\n" if site.certificate else ""
    # The server lets a silent connection go after 15 s; the proxy must do so before.
    proxy = "\treverse_proxy 127.0.0.1:8000 {\n\t\ttransport http {\n\t\t\tkeepalive 10s\n\t\t}\n\t}\n"
    return f"{site.domain} {{\n{own}{proxy}}}\n"


def nginx_of(site: Site) -> str:
    """Return nginx's configuration: with own certificates, or those that certbot gets for the same name."""
    folder = f"/etc/letsencrypt/live/{site.domain}"
    certificate = site.certificate or f"{folder}/fullchain.pem"
    key = site.certificate_key or f"{folder}/privkey.pem"
    return f"""\
server {{
    listen 80;
    listen [::]:80;
    server_name {site.domain};
    location /.well-known/acme-challenge/ {{ root /var/www/html; }}
    location / {{ return 301 https://$host$request_uri; }}
}}
server {{
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    server_name {site.domain};
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    access_log off;
    client_max_body_size 20m;
    location / {{
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
}}
"""


# --- the machine ------------------------------------------------------------------------------------------------------


@dataclass
class Machine:
    """Do on this machine what is not so yet. `root`: where its files are; `said`: what was changed."""

    root: Path = Path("/")
    said: list[str] = field(default_factory=list)

    def at(self, path: Path) -> Path:
        return self.root / path.relative_to("/")

    def exists(self, path: Path) -> bool:
        return self.at(path).exists()

    def read(self, path: Path) -> str:
        there = self.at(path)
        return there.read_text("utf-8") if there.exists() else ""

    def write(self, path: Path, text: str, mode: int = 0o644, group: str = "") -> None:
        """Let a file hold a text."""
        there = self.at(path)
        if there.exists() and there.read_text("utf-8") == text:
            return
        there.parent.mkdir(parents=True, exist_ok=True)
        partial = there.with_name(f".{there.name}.new")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            file.write(text)
        if group and self.root == Path("/"):
            shutil.chown(partial, group=group)
        partial.rename(there)
        self.said.append(f"wrote {path}")

    def folder(self, path: Path) -> None:
        """Let a folder be the server's alone."""
        there = self.at(path)
        if not there.is_dir():
            there.mkdir(parents=True, mode=0o700)
            self.said.append(f"made {path}")
        if self.root == Path("/"):
            shutil.chown(there, USER, USER)

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program; who asks looks at how it ended."""
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def run(self, *command: str) -> str:
        """Run a program and return what it said. Raises AuthorityError where it fails."""
        try:
            done = self.ask(*command)
        except FileNotFoundError:
            raise AuthorityError(f"`{command[0]}` is not on this machine") from None
        if done.returncode:
            raise AuthorityError(f"`{' '.join(command)}`: {' '.join((done.stderr or done.stdout).split())[:300]}")
        return done.stdout.strip()

    def as_user(self, user: str, *command: str) -> Sequence[str]:
        return ("runuser", "-u", user, "--", *command)


def provision(site: Site, machine: Machine) -> Iterator[str]:
    """Bring a machine into the state that a site needs; return what was changed, and what is left to do by hand.

    Raises AuthorityError where a step fails: what was done stays, and the same command goes on there.
    """
    if machine.ask("getent", "passwd", USER).returncode:
        machine.run("useradd", "--system", "--user-group", "--home-dir", str(_VAR), "--no-create-home",
                    "--shell", "/usr/sbin/nologin", USER)  # fmt: skip
        machine.said.append(f"made the user {USER}")
    for folder in (_VAR, _SECRETS, _BACKUP_FOLDER):
        machine.folder(folder)
    if site.postgresql:
        _make_database(machine)
    machine.write(SETTINGS, merged(machine.read(SETTINGS), settings_of(site)), 0o640, USER)
    yield from _said(machine)
    yield machine.run(*machine.as_user(USER, _COMMAND, "authority", "install"))
    yield from _first_officer(machine)
    _write_proxy(site, machine)
    if site.backup_to:
        machine.write(BACKUPS, merged(machine.read(BACKUPS), {"TO": site.backup_to}), 0o640, USER)
    yield from _said(machine)
    yield from _start(site, machine)
    yield "firewall: open 80 and 443 alone; 8000 (server) and 9464 (metrics) listen on this machine only"


def _said(machine: Machine) -> list[str]:
    said, machine.said = machine.said, []
    return said


def _make_database(machine: Machine) -> None:
    """Make role and database; the role logs in by its Unix account, without a password."""
    psql = ("psql", "--no-align", "--tuples-only", "--command")
    for what, question, program in (
        ("role", "SELECT 1 FROM pg_roles WHERE rolname = 'bluezone'", ("createuser", USER)),
        ("database", "SELECT 1 FROM pg_database WHERE datname = 'bluezone'", ("createdb", "--owner", USER, USER)),
    ):
        if machine.run(*machine.as_user("postgres", *psql, question)) != "1":
            machine.run(*machine.as_user("postgres", *program))
            machine.said.append(f"made the {what} {USER} of PostgreSQL")


def _first_officer(machine: Machine) -> Iterator[str]:
    made = machine.ask(
        *machine.as_user(USER, _COMMAND, "authority", "create-officer", _FIRST_OFFICER, "--role", "ministry", "--link")
    )
    if not made.returncode:
        yield made.stdout.strip()
    elif "already" not in made.stderr:
        raise AuthorityError(f"the first officer: {' '.join(made.stderr.split())[:300]}")


def _write_proxy(site: Site, machine: Machine) -> None:
    if site.proxy == "caddy":
        machine.write(CADDY, caddy_of(site))
        main = machine.read(_CADDY_MAIN)
        if _IMPORT not in main.splitlines():
            machine.write(_CADDY_MAIN, f"{main.rstrip()}\n\n{_IMPORT}\n".lstrip())
    elif site.proxy == "nginx":
        machine.write(NGINX, nginx_of(site))


def _start(site: Site, machine: Machine) -> Iterator[str]:
    services = (*_SERVICES, *((_TIMER,) if machine.exists(BACKUPS) else ()))
    if not machine.exists(_RUNNING):
        yield f"systemd does not run here: start {', '.join(services)} yourself"
        return
    machine.run("systemctl", "enable", "--now", *services)
    if site.proxy != "none":
        machine.run("systemctl", "reload-or-restart", site.proxy)
    yield f"running: {', '.join(services)}"
    if not machine.exists(BACKUPS):
        yield "no backups yet: make a key elsewhere (`backup-key`), then run this again with --backup-to"


def unprovision(machine: Machine) -> Iterator[str]:
    """Stop the services and leave the proxy; keep settings, secrets, data and backups."""
    lines = machine.read(_CADDY_MAIN).splitlines(keepends=True)
    proxies = []
    if left := [line for line in lines if line.strip() == _IMPORT]:
        machine.write(_CADDY_MAIN, "".join(line for line in lines if line not in left))
        proxies.append("caddy")
    if machine.exists(NGINX):
        machine.at(NGINX).unlink()
        proxies.append("nginx")
    yield from _said(machine)
    if machine.exists(_RUNNING):
        machine.run("systemctl", "disable", "--now", *_SERVICES, _TIMER)
        for proxy in proxies:
            machine.run("systemctl", "reload-or-restart", proxy)
        yield "stopped: server, worker, backups"
    yield f"kept: {SETTINGS.parent}, {_VAR}, {_SECRETS}, {_BACKUP_FOLDER}, the database; `apt remove` keeps them too"
