"""The event store: one SQLite file in the data folder, written by this room alone, read by pages without writing.

Every report stays, each in every form its publisher gave it; what events they make is derived and can be made again.
Why SQLite, and why pages may read beside a writer: docs/adr/0038-events.md.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused

VERSION = 3
MAPPED = 1 << 34
"""Bytes of the file that a reader maps: a page of events reads some hundred blocks from all over it."""
PATIENCE = 30.0
"""Seconds a writer waits for another; a batch of a load takes less than one."""

CACHED_KB = 65_536
"""What a writer keeps of the file in memory: a load of a yearly release shares its machine with other things."""

TABLES = """
CREATE TABLE basis (told TEXT);
CREATE TABLE taking (id INTEGER PRIMARY KEY, source_id TEXT, release TEXT, sha256 TEXT, at TEXT,
  rows INTEGER, new INTEGER, same INTEGER, revised INTEGER);
CREATE TABLE source (bit INTEGER PRIMARY KEY, source_id TEXT UNIQUE);
CREATE TABLE report (id INTEGER PRIMARY KEY, ref BLOB, content BLOB, taking INTEGER, replaced_by INTEGER, event INTEGER,
  joined INTEGER, sought TEXT, may TEXT, note TEXT,
  source_id TEXT, event_id TEXT, release TEXT, place_id TEXT, date_start INTEGER, date_end INTEGER, date_precision TEXT,
  latitude REAL, longitude REAL, geo_precision TEXT, admin1 TEXT, where_text TEXT, kind TEXT, actor_a TEXT,
  actor_b TEXT, deaths_best INTEGER, deaths_low INTEGER, deaths_high INTEGER, title TEXT, url TEXT, said_by TEXT);
CREATE UNIQUE INDEX report_once ON report (ref, content);
CREATE INDEX report_together ON report (event) WHERE event <> id;
CREATE INDEX report_stray ON report (date_start) WHERE sought IS NOT NULL;
CREATE TABLE voice (id INTEGER PRIMARY KEY, said TEXT UNIQUE);
CREATE TABLE block (bucket INTEGER, key INTEGER, report INTEGER, voice INTEGER, first INTEGER, last INTEGER,
  north INTEGER, east INTEGER, place INTEGER, PRIMARY KEY (bucket, key, report)) WITHOUT ROWID;
CREATE TABLE pair (a INTEGER, b INTEGER, score INTEGER, sure INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE judgement (number INTEGER PRIMARY KEY, word TEXT, one BLOB, other BLOB);
CREATE TABLE listed (place INTEGER, day INTEGER, event INTEGER, kinds INTEGER, deaths INTEGER, sources INTEGER,
  flags INTEGER, since INTEGER, PRIMARY KEY (place, day, event)) WITHOUT ROWID;
CREATE INDEX listed_event ON listed (event);
CREATE TABLE listed_once (place INTEGER, day INTEGER, event INTEGER, kinds INTEGER, deaths INTEGER, sources INTEGER,
  flags INTEGER, since INTEGER, until INTEGER, PRIMARY KEY (place, day, event, since)) WITHOUT ROWID;
CREATE INDEX listed_once_event ON listed_once (event);
CREATE TABLE belonged (event INTEGER, report INTEGER, since INTEGER, until INTEGER,
  PRIMARY KEY (event, report, since)) WITHOUT ROWID;
CREATE INDEX belonged_report ON belonged (report);
CREATE TABLE dropped (report INTEGER, taking INTEGER, since INTEGER, until INTEGER,
  PRIMARY KEY (report, taking)) WITHOUT ROWID;
CREATE TABLE passed (number INTEGER PRIMARY KEY, against TEXT);
CREATE TABLE ask (a INTEGER, b INTEGER, place INTEGER, deaths INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX ask_second ON ask (b);
CREATE INDEX ask_first ON ask (deaths DESC, a, b);
CREATE INDEX ask_there ON ask (place, deaths DESC, a, b);
CREATE VIRTUAL TABLE words USING fts5 (text, content='', columnsize=0, detail='none', tokenize='ascii');
INSERT INTO words (words, rank) VALUES ('hashsize', 16777216);
"""


def path(ctx: Context) -> Path:
    """Return where the store is kept."""
    return ctx.settings.events


@contextmanager
def writing(ctx: Context) -> Iterator[sqlite3.Connection]:
    """Open the store to write, making it when it is not there; committed at the end, or nothing is.

    Raises Refused when another process writes for longer than ``PATIENCE``, Damaged when it is no event store.
    """
    file = path(ctx)
    file.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        _prepare(db, file)
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        raise Refused("Another process writes events just now", where=str(file), todo="Try again") from None
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise _damaged(file) from None
    finally:
        db.close()


@contextmanager
def reading(ctx: Context) -> Iterator[sqlite3.Connection | None]:
    """Open the store to read; None when there is none yet. Nothing can be written through it."""
    file = path(ctx)
    if not file.is_file():
        yield None
        return
    db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=5.0, isolation_level=None)
    try:
        try:
            found = db.execute("PRAGMA user_version").fetchone()[0]
            db.execute("PRAGMA query_only = 1")
            db.execute(f"PRAGMA mmap_size = {MAPPED}")
            db.execute("BEGIN")  # one moment of the store for all that a page asks
        except sqlite3.DatabaseError:
            raise _damaged(file) from None
        if found != VERSION:
            raise _other(file, found)
        yield db
    finally:
        db.close()


def _prepare(db: sqlite3.Connection, file: Path) -> None:
    """Set how the file is written, and make its tables on first use."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA cache_size = -{CACHED_KB}")
    db.execute("PRAGMA temp_store = MEMORY")
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found == VERSION:
        return
    if found != 0 or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise _other(file, found)
    db.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT")


def renew(ctx: Context) -> None:
    """Take a store of an earlier version away: it is derived, and about to be made again from the loads."""
    file = path(ctx)
    if not file.is_file():
        return
    with closing(sqlite3.connect(file)) as db:
        try:
            found = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError:
            raise _damaged(file) from None
    if 0 < found < VERSION:
        for part in ("", "-wal", "-shm"):
            file.with_name(f"{file.name}{part}").unlink(missing_ok=True)


def _other(file: Path, found: int) -> Damaged:
    """Return what is said of a file whose version is not this one's."""
    if not 0 < found < VERSION:
        return _damaged(file)
    what = "The event store was written by an earlier version of Tocsin"
    return Damaged(what, where=str(file), todo="Run: tocsin events rebuild, which makes it again from the loads")


def _damaged(file: Path) -> Damaged:
    return Damaged(
        "The event store cannot be read",
        where=str(file),
        todo="Move it away and run: tocsin events rebuild, which makes it again from the loads",
    )
