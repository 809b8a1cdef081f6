"""Reads ``TOCSIN_DATABASE_URL``: where a team's register is, in the form that PostgreSQL's own tools read."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from tocsin.core.errors import Misuse

SCHEMES = ("postgresql", "postgres")
PLAIN = {"host", "port", "user", "password", "dbname"}
OPTIONS = {
    "application_name",
    "connect_timeout",
    "options",
    "passfile",
    "service",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
}
"""What may follow the question mark beside the parts of an address: parameters of libpq that do no harm here."""
UNLIKE = {"application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT"}
"""Variables of libpq that are not named after their parameter."""
FORM = "Write it as postgresql://user:password@host:5432/name?sslmode=verify-full, or /name?host=/run/postgresql"


@dataclass(frozen=True)
class DatabaseUrl:
    """The parts of an address, percent-decoded. ``host`` may be a folder: that of a server's socket."""

    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    options: dict[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Name the database for a person, without user and password."""
        return f"{self.name} on {self.host or 'the local server'}{f':{self.port}' if self.port else ''}"

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables of libpq, for PostgreSQL's tools: a password on a command line is everybody's."""
        given = {"PGDATABASE": self.name, "PGUSER": self.user, "PGPASSWORD": self.password, "PGHOST": self.host}
        given |= {"PGPORT": self.port} | {
            UNLIKE.get(key, f"PG{key.replace('_', '').upper()}"): v for key, v in self.options.items()
        }
        return {key: value for key, value in given.items() if value}


def parse(text: str) -> DatabaseUrl:
    """Read an address. Raises Misuse, without repeating the address, which holds a password."""
    try:
        url = urlsplit(text.strip())
        port = str(url.port or "")
        given = dict(parse_qsl(url.query, strict_parsing=True)) if url.query else {}
    except ValueError as error:
        said = "its port is not a number" if "port" in str(error).lower() else "it has not the form of an address"
        raise _wrong(said) from None
    if url.scheme not in SCHEMES:
        raise _wrong(f"it begins with {url.scheme + '://' if url.scheme else 'no scheme'}")
    if unknown := sorted(set(given) - OPTIONS - PLAIN):
        raise _wrong(f"it has the unknown option {unknown[0]}")
    name = unquote(url.path.lstrip("/")) or given.get("dbname", "")
    if not name:
        raise _wrong("it names no database")
    return DatabaseUrl(
        name=name,
        user=unquote(url.username or "") or given.get("user", ""),
        password=unquote(url.password or "") or given.get("password", ""),
        host=unquote(url.hostname or "") or given.get("host", ""),
        port=port or given.get("port", ""),
        options={key: value for key, value in given.items() if key in OPTIONS},
    )


def require_driver() -> None:
    """Raise Misuse, saying what to install, when the driver of PostgreSQL is not there."""
    if importlib.util.find_spec("psycopg") is None:
        raise Misuse(
            "TOCSIN_DATABASE_URL names a PostgreSQL server and its driver is not installed",
            todo="Run: pip install 'tocsin[postgres]', or unset TOCSIN_DATABASE_URL to use the file in the data folder",
        )


def _wrong(why: str) -> Misuse:
    return Misuse(f"TOCSIN_DATABASE_URL cannot be used: {why}", todo=FORM)
