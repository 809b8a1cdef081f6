"""Take one publisher's file in: read it, judge it against what is in force, and put it in force or leave all as it was.

Every try leaves the publisher's bytes and a record. Only an accepted, warned or quarantined file changes what is in
force, in one rename; whatever else happens, the last good data stays.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

import polars as pl

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.core.files import flush_folder
from tocsin.core.locks import alone
from tocsin.evidence.sources import FileRefused, Issue, Part, Reading, SourceSpec
from tocsin.evidence.sources.spec import EVENTS, sample_hashes
from tocsin.evidence.store import by_month, columns, good, home, laid_months, news, snapshot
from tocsin.evidence.store.by_month import BY_MONTH
from tocsin.evidence.store.compare import allowed, lowered, shorter, sparser, thinner
from tocsin.evidence.store.edges import checks, too_many
from tocsin.evidence.store.files import keep_raw, keep_table, sha256, write_json
from tocsin.evidence.store.mended import Mend
from tocsin.evidence.store.merge import BY_ROW, GROWING, KEYS, never_lower, over
from tocsin.evidence.store.of_events import covers, take_events, withdrawn_now
from tocsin.evidence.store.todo import todo
from tocsin.evidence.store.unnamed import leave_open, still_open

LARGEST_FILE = 1_500_000_000
"""Bytes of one file, or of all pages of one together."""
FEWEST_WORDS = 3
SHOWN = 1000
Outcome = Literal["accepted", "warned", "quarantined", "refused", "known"]
"""known: nothing in the file is news (``store.news``), and nothing was laid; only a fetch asks for that."""


@dataclass(frozen=True)
class LoadOutcome:
    """What became of a file. ``rows_in`` is accepted plus quarantined unless the file is refused.

    Of a file that could not be read to its end nobody knows how many rows it has: None, not 0.
    """

    source: str
    file: str
    sha256: str
    outcome: Outcome
    rows_in: int | None
    rows_accepted: int
    rows_quarantined: int | None
    issues: list[dict[str, object]] = field(default_factory=list)
    release: str = ""
    todo: str = ""
    """What to do about a refusal; empty when the file is in force."""

    @property
    def in_force(self) -> bool:
        """Whether the file's figures are now used."""
        return self.outcome != "refused"


def load(
    ctx: Context, source_id: str, path: Path, post: str, *, replacing: str = "", published: date | None = None
) -> LoadOutcome:
    """Load a file of a source on behalf of a post.

    ``replacing`` says why the figures in force are wrong: a file that has less than they then stands, with that reason
    on record. ``published`` is the day the publisher says the file came out, when the file itself does not say it: it
    is known from then on (``store.known``). Raises Misuse for an unknown source, an absent file or a reason that says
    nothing, Damaged when what is in force cannot be read.
    """
    _known(ctx, source_id)
    if not path.is_file():
        what = f"{path} is a folder" if path.is_dir() else f"There is no file {path}"
        raise Misuse(what, todo="Give the path of the publisher's file")
    part = Part(path.name, path)
    if part.size > LARGEST_FILE:
        what = f"{path.name} has {part.size:,} bytes; {LARGEST_FILE:,} are read"
        raise Misuse(what, todo="Load it in parts, as the publisher cuts them")
    return take(ctx, source_id, [part], post, origin=str(path.resolve()), replacing=replacing, published=published)


def take(
    ctx: Context,
    source_id: str,
    parts: Sequence[Part],
    post: str,
    *,
    origin: str,
    replacing: str = "",
    published: date | None = None,
    mend: Mend | None = None,
    came_at: str = "",
    locked: bool = False,
    only_news: bool = False,
) -> LoadOutcome:
    """Load one file that came as one part or as several pages; otherwise as ``load``.

    ``origin`` says where bytes came from that are not kept already. ``parts`` must not be empty. ``mend`` are values
    that people put in the place of the publisher's; ``came_at`` says when a file came that is laid again: it is known,
    as this, from now on and not from its publisher's day. ``locked``: the caller holds ``one_at_a_time`` already.
    ``only_news``: a file that says what stands already is ``known``: no load is made of it, and no record of a try.
    """
    _known(ctx, source_id)
    if replacing and len(replacing.split()) < FEWEST_WORDS:
        raise Misuse("The reason for replacing figures in force says too little", todo="Write it in a few words")
    if published and published > ctx.now().date():
        raise Misuse(f"{published} has not come: nothing is published on it yet", todo="Give the publisher's own date")
    declared = home.spec_of(ctx, source_id)
    came_at = mend.came_at if mend else came_at
    attempt = _Attempt(ctx, declared, tuple(parts), post, origin, replacing, published, mend, came_at, only_news)
    with nullcontext() if locked else one_at_a_time(ctx, source_id):
        known = only_news and news.came_before(ctx.settings.store, source_id, attempt.parts)
        return attempt.known if known else _taken(attempt)


def one_at_a_time(ctx: Context, source_id: str) -> AbstractContextManager[None]:
    """Hold the lock of a source's loads while a block runs.

    Two loads at once would both lay their file over the same figures, and the second would lose the first.
    """
    return alone(ctx.settings.store / source_id / "load.lock", f"A load of {source_id}", wait=True)


def _taken(attempt: _Attempt) -> LoadOutcome:
    """Judge a file against what is in force, and put it in force or leave all as it was."""
    attempt = replace(attempt, parts=_keep_raw(attempt))
    ctx, source_id, parts, replacing = attempt.ctx, attempt.source.id, attempt.parts, attempt.replacing
    in_force = _in_force(ctx, attempt.source)
    if sample_hashes() & {part.sha256 for part in parts}:
        said = "this is the sample that comes with the program: its figures are invented"
        return _record(attempt, "refused", None, [Issue("sample", said, weight="file")])
    try:
        reading = home.read_here(ctx, source_id, parts, attempt.mend.cells if attempt.mend else ())
    except FileRefused as refused:
        return _record(attempt, "refused", None, [refused.issue])
    issues = [*reading.issues, *too_many(reading), *checks(attempt.source, reading)]
    issues += columns.changed(ctx, attempt.source, reading)
    said_why = any(i.weight == "file" or (i.weight == "warn" and i.rule != "columns") for i in issues)
    if not said_why and not any(table.height for table in reading.tables.values()):
        issues.append(
            Issue("nothing", "not one figure could be read from the file, though no row breaks a rule", weight="file")
        )
    events = reading.tables.pop(EVENTS, pl.DataFrame())
    if attempt.mend and BY_MONTH in reading.tables:
        issues += laid_months.fresh(ctx, source_id, parts, attempt.mend, reading)
    for name, table in reading.tables.items():
        if table.height and name not in (*GROWING, BY_MONTH):
            found = thinner if attempt.source.figures else sparser if name in BY_ROW else shorter
            issues += allowed(found(in_force[name], table, name, len(reading.bad)), replacing)
            if attempt.mend and (replacing or not attempt.source.figures):
                issues += allowed(lowered(in_force[name], table, name), replacing)
    if any(i.weight == "file" for i in issues):
        return _record(attempt, "refused", reading, issues)
    if "country_month" in reading.tables:
        was, told = in_force["country_month"], reading.tables["country_month"]
        reading.tables["country_month"], open_ = (still_open(was, told), []) if attempt.mend else leave_open(was, told)
        issues += open_
    if attempt.only_news and news.says_the_same(ctx, attempt.source, parts[0].name, reading, events, in_force):
        return attempt.known
    return _laid(attempt, reading, in_force, events, issues)


def _laid(
    attempt: _Attempt, reading: Reading, in_force: dict[str, pl.DataFrame], events: pl.DataFrame, issues: list[Issue]
) -> LoadOutcome:
    """Put in force what was judged fit to be."""
    replacing = attempt.replacing
    if not attempt.source.figures:
        issues += _put_beside(attempt, reading, in_force, events)
        warned = any(i.weight == "warn" for i in issues)
        return _record(attempt, "quarantined" if reading.bad else "warned" if warned else "accepted", reading, issues)
    lost = bool(reading.bad) or any(i.rule == "thinner" for i in issues)
    careful = not replacing and (lost or attempt.mend is not None)
    if careful:
        why = "the file lost rows or is shorter than the last good one" if lost else "rows of the file were mended"
        issues.append(Issue("never-lower", f"{why}: none of its counts replaces a higher one in force", weight="warn"))
    tables = {
        name: _next(in_force[name], reading.tables.get(name), name, careful=careful) for name in attempt.source.laid
    }
    _put_in_force(attempt, reading, tables, events, careful=careful)
    issues += take_events(attempt.ctx, attempt.source.id, attempt.digest, reading, events)
    warned = any(i.weight == "warn" for i in issues)
    return _record(attempt, "quarantined" if reading.bad else "warned" if warned else "accepted", reading, issues)


def _known(ctx: Context, source_id: str) -> None:
    """Refuse a source that there is not, in the program or in this home."""
    there = home.known(ctx)
    if source_id not in there:
        raise Misuse(f"{source_id!r} is not a source", todo=f"Choose one of {', '.join(there)}")


@dataclass(frozen=True)
class _Attempt:
    """One try to load one file."""

    ctx: Context
    source: SourceSpec
    parts: tuple[Part, ...]
    post: str
    origin: str
    replacing: str
    published: date | None = None
    mend: Mend | None = None
    came_at: str = ""
    only_news: bool = False

    @property
    def name(self) -> str:
        """The file's name; its pages all carry it."""
        return self.parts[0].name

    @property
    def folder(self) -> Path:
        """Where this source's bytes, loads and records are kept."""
        return self.ctx.settings.store / self.source.id

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the publisher's bytes; of several pages, or of a file with its mend, of the list of hashes."""
        hashes = [part.sha256 for part in self.parts] + ([self.mend.sha256] if self.mend else [])
        return hashes[0] if len(hashes) == 1 else sha256("\n".join(hashes).encode())

    @property
    def came_as(self) -> list[dict[str, str]]:
        """Name and hash of every part: what a replay reads again."""
        return [{"name": part.name, "sha256": part.sha256} for part in self.parts]

    @property
    def since(self) -> dict[str, object]:
        """What a record says of a file that had come before: when, and the hash of what was mended of it."""
        mended = {"mend": self.mend.sha256, "mended": self.mend.of} if self.mend else {}
        return {**mended, **({"came_at": self.came_at} if self.came_at else {})}

    @property
    def known(self) -> LoadOutcome:
        """The outcome where it is no news: all that it says was counted when it first came."""
        return LoadOutcome(self.source.id, self.name, self.digest, "known", None, 0, None)

    @property
    def stated(self) -> str | None:
        """The day of publication that a person states."""
        return self.published.isoformat() if self.published else None

    @property
    def moment(self) -> str:
        """When it is tried."""
        return iso(self.ctx.now()) or ""


def _in_force(ctx: Context, declared: SourceSpec) -> dict[str, pl.DataFrame]:
    """Return the tables in force now: the last load's, else the bundled ones."""
    found = {}
    for t in declared.laid:
        held = None if t == BY_MONTH else good.as_of(ctx.settings.store, declared.id, ctx.now().date(), t)
        bundled = snapshot.table(declared.id, t) if held is None and declared.figures else pl.DataFrame()
        found[t] = good.table(held, t) if held else bundled
    return found


def _next(old: pl.DataFrame, new: pl.DataFrame | None, name: str, *, careful: bool) -> pl.DataFrame:
    """Return the table to put in force."""
    if new is None or new.is_empty():
        return old
    return over(old, never_lower(old, new, name) if careful else new, name).sort(KEYS[name], maintain_order=True)


def _beside(old: pl.DataFrame, new: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the table to put in force of a source that is no part of the panel: laid over, or replaced whole."""
    return _next(old, new, name, careful=False) if name in BY_ROW and old.width else new


def _put_beside(
    attempt: _Attempt, reading: Reading, in_force: dict[str, pl.DataFrame], events: pl.DataFrame
) -> list[Issue]:
    """Put in force what is no part of the panel, and return what is to be said of it.

    Events by month are one file of very many, each of which adds to those before it: no load holds them, but of the
    rows that people mended one does.
    """
    if BY_MONTH in reading.tables:
        table, release = reading.tables[BY_MONTH], attempt.mend is not None
        if release:
            _put_in_force(attempt, reading, {BY_MONTH: table}, events)
        laid_months.lay(attempt.ctx, attempt.source.id, table, attempt.digest, release=release)
        return []
    tables = {n: _beside(in_force[n], t, n) for n, t in reading.tables.items()}
    _put_in_force(attempt, reading, tables, events)
    gone = withdrawn_now(attempt.ctx, attempt.source.id, reading, in_force)
    return [*take_events(attempt.ctx, attempt.source.id, attempt.digest, reading, events), *gone]


def _keep_raw(attempt: _Attempt) -> tuple[Part, ...]:
    """Keep the publisher's bytes under their hash, with where and when they were got; return them as they are kept."""
    declared = attempt.source
    terms = {"licence": declared.licence, "publisher": declared.publisher, "url": declared.url}
    mend = attempt.mend
    coming = [(part, attempt.origin) for part in attempt.parts]
    coming += [(Part("mend.json", mend.data), mend.origin)] if mend else []
    kept = [
        keep_raw(
            attempt.folder / "raw",
            part,
            {"origin": origin, "retrieved_at": attempt.moment, "bytes": part.size, **terms},
        )
        for part, origin in coming
    ]
    return tuple(kept[: len(attempt.parts)])


def _put_in_force(
    attempt: _Attempt,
    reading: Reading,
    tables: dict[str, pl.DataFrame],
    events: pl.DataFrame,
    *,
    careful: bool = False,
) -> None:
    """Write the load's folder beside its place and rename it in: all of it or nothing.

    Beside what is in force from now on stands what the file itself said: a later look at an earlier day needs it alone.
    Of events that is all: the event store lays them together.
    """
    tables = tables if events.is_empty() else {**tables, EVENTS: events}
    loads = attempt.folder / "loads"
    loads.mkdir(parents=True, exist_ok=True)
    number = len(list(loads.iterdir()))
    final = loads / f"{attempt.moment.replace(':', '')}-{number:06d}-{attempt.digest[:10]}"
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=loads))
    try:
        entries = {name: keep_table(building, name, table) for name, table in tables.items()}
        own = reading.tables if attempt.source.figures else {}
        said = {name: keep_table(building, f"said-{name}", table) for name, table in own.items() if table.height}
        record = {
            "source": attempt.source.id,
            "release": reading.release,
            "retrieved_at": attempt.moment,
            "sha256": attempt.digest,
            "published": None if attempt.came_at else attempt.stated or reading.published or None,
            "tables": entries,
            "said": said,
            "careful": careful,
            "by": attempt.post,
            "parts": attempt.came_as,
            "shape": reading.shape_id,
            "quarantined": len(reading.bad),
            "newest": good.newest({n: t for n, t in tables.items() if n != BY_MONTH}),
            **({"covers": covers(reading)} if EVENTS in tables and reading.whole_months else {}),
            **attempt.since,
        }
        write_json(building / "load.json", record)
        columns.keep(building, reading)
        building.rename(final)
        flush_folder(loads)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _record(attempt: _Attempt, outcome: Outcome, reading: Reading | None, issues: list[Issue]) -> LoadOutcome:
    """Write the record of the try and return it as an outcome. ``reading`` None: the file could not be read."""
    order = {"file": 0, "row": 1, "warn": 2, "note": 3}
    listed = sorted(issues, key=lambda i: (order[i.weight], i.row or 0))
    if len(listed) > SHOWN:
        listed = [*listed[:SHOWN], Issue("more", f"{len(listed) - SHOWN:,} more findings", weight="note")]
    bad = None if reading is None else len(reading.bad)
    result = LoadOutcome(
        source=attempt.source.id,
        file=attempt.name,
        sha256=attempt.digest,
        outcome=outcome,
        rows_in=None if reading is None else reading.rows_in,
        rows_accepted=0 if reading is None or outcome == "refused" else reading.rows_in - len(reading.bad),
        rows_quarantined=bad,
        issues=[{**i.as_dict(), "file": attempt.name} for i in listed],
        release="" if reading is None else reading.release,
        todo=todo(attempt.source, listed) if outcome == "refused" else "",
    )
    attempts = attempt.folder / "attempts"
    number = len(list(attempts.glob("*.json"))) if attempts.is_dir() else 0
    body = {**asdict(result), "at": attempt.moment, "by": attempt.post, "quarantined": bad}
    body |= {"parts": attempt.came_as, "origin": attempt.origin, "replacing": attempt.replacing}
    body["published"] = attempt.stated
    body |= attempt.since
    if reading and BY_MONTH in reading.tables:
        body["moments"] = by_month.moments(reading.tables[BY_MONTH])
    write_json(attempts / f"{attempt.moment.replace(':', '')}-{number:06d}-{attempt.digest[:10]}.json", body)
    return result
