"""Every source, in every carrier: a row that breaks a rule is opened, mended, released, entered and taken back.

In force after the release is what the unbroken file puts in force, and after it was taken back what was before.
A new source is tested by a line in ``BROKEN``.
"""

from __future__ import annotations

import gzip
import importlib
import io
import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]
from tests import thin
from tests.evidence.plans import play
from tests.evidence.publisher import publisher_file
from tests.evidence.test_quarantine import EVENTS, MAPPING

from story.catalogue_house import findings
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.desk import quarantined
from tocsin.evidence import quarantine as room
from tocsin.evidence.engines import partitions
from tocsin.evidence.sources import Part, live_ids, loadable, spec
from tocsin.evidence.sources.cells import lines
from tocsin.evidence.sources.spec import sample_folder
from tocsin.evidence.store import good, home
from tocsin.evidence.store.load import take
from tocsin.evidence.store.replay import replay
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db
ANALYST = Actor("analyst", None, "cli", "amal")
WHO = {"why": "The publisher confirmed it by letter", "name": "Amal Example"}
LIST = EVENTS.replace(b",murder,", b",other,")
THIN = "A sample has less than what is bundled"


WHOLE = {"gdelt", "vdem", "ucdp_brd", "ucdp_ged", "ucdp_prio"}
"""Samples that are loaded as they lie: a packed table could not be spoilt, and simulated pages are filled up."""


@dataclass(frozen=True)
class Broken:
    """A value of a source's sample that is spoilt: what stands there as bytes, and in which file of the sample."""

    source_id: str
    what: bytes
    by: bytes
    file: str = ""

    @property
    def name(self) -> str:
        return f"{self.source_id} {self.file}".strip()


BROKEN = [
    Broken("acled", rb'("fatalities": )"0"', rb'\1"many"'),
    Broken("acled", rb'("deleted_timestamp": )"1795219200"', rb'\1"yesterday"', "deleted"),
    Broken("event_list", rb"one_sided,4\n", rb"murder,4\n"),
    Broken("ewp", rb"0\.0912", rb"9.12"),
    Broken("facts_coups", rb",2001,", rb",20011,"),
    Broken("facts_mass_killing", rb",State-Led,", rb",Landlord-Led,"),
    Broken("gdelt", rb"\t-10\.0\t", rb"\t-99.0\t"),
    Broken("hdx_hapi", rb'("population": ?)30000030', rb'\1"many"', "needs"),
    Broken("hdx_hapi", rb'("population": ?)9000001', rb"\1-9000001", "idps"),
    Broken("iati", rb'iso-date="2024-06-01"', rb'iso-date="2024-06-31"'),
    Broken("inform_risk", rb'("IndicatorScore": ?)8\.2', rb"\g<1>82"),
    Broken("inform_severity", rb'("INFORM Severity Index": ?)4\.6', rb"\g<1>46"),
    Broken("ipc", rb'("phase3_population": ?)10000000', rb'\1"many"'),
    Broken("reliefweb", rb'("created": ?)"2026-11-20', rb'\1"2126-11-20'),
    Broken("ucdp_brd", rb'("bd_best": ?)"41"', rb'\1"many"'),
    Broken("ucdp_ged", rb'("best": ?)(\d+)', rb"\1-\2"),
    Broken("ucdp_prio", rb'("intensity_level": ?)"1"', rb'\1"7"'),
    Broken("unhcr", rb'("refugees": ?)711000', rb'\1"many"', "population"),
    Broken("unhcr", rb'("total": ?)8200000', rb"\1-8200000", "idmc"),
    Broken("ushmm_tools", rb"Mediation_tool", rb"Magic_tool"),
    Broken("vdem", rb"Sudan,SDN,33,2024", rb"Sudan,SDN,33,20244"),
    Broken("views", rb'("main_mean": ?)0\.06', rb'\1"many"'),
    Broken("worldbank", rb'("value": ?)4\d+', rb'\1"many"', "SP.POP.TOTL"),
]


@pytest.fixture
def two(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> tuple[Context, Context]:
    """Two homes: one takes the file as it is, one the broken one. Samples are let in, and nothing waits for a disk."""
    monkeypatch.setattr(sys.modules["tocsin.evidence.store.load"], "sample_hashes", frozenset)
    monkeypatch.setattr(sys.modules["tocsin.evidence.store.load"], "checks", thin.above)
    monkeypatch.setattr("os.fsync", lambda _: None)
    clock.move(days=3)  # the moment at which the simulated publishers are asked (``plans.NOW``)
    one, other = (Context(settings=Settings(home=tmp_path / n), clock=clock) for n in ("whole", "broken"))
    return one, other


def files_of(source_id: str, tmp_path: Path) -> list[list[Part]]:
    """Return the files of a source's sample, each with its pages, as its publisher sends them."""
    if source_id == "event_list":
        return [[Part("list.csv", LIST)]]
    if source_id == "ushmm_tools":
        many = [("Mediation_tool", "", "cro_focus_no_mixed_average", f"M.{n}", "Mixed") for n in range(120)]
        return [[Part("tools.csv", findings(tmp_path / "tools.csv", many).read_bytes())]]
    if source_id in WHOLE:
        return [[Part(p.name, p.read_bytes())] for p in sorted(sample_folder(source_id).iterdir())]
    if source_id not in live_ids():
        return [[Part(publisher_file(source_id).name, publisher_file(source_id).data())]]
    fake = importlib.import_module(f"tests.fakes.publishers.{source_id}")
    live = spec(source_id).live
    known = getattr(fake, "SECRETS", dict.fromkeys(live.secrets if live else (), getattr(fake, "TOKEN", "")))
    files: dict[str, list[Part]] = {}
    for part in play(source_id, secrets=known).parts:
        files.setdefault(part.name, []).append(part)
    return list(files.values())


def spoilt(parts: list[Part], broken: Broken) -> list[Part] | None:
    """Return the pages with the first such value spoilt; None when there is none."""
    for at, part in enumerate(parts):
        data, count = re.subn(broken.what, broken.by, part.data, count=1)
        if count:
            return [*parts[:at], Part(part.name, data), *parts[at + 1 :]]
    return None


def in_force(ctx: Context, source_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row in force of a source, whatever keeps it."""
    held = good.as_of(ctx.settings.store, source_id, ctx.now().date())
    months = ctx.settings.store / source_id / "months"
    parts = [pl.read_parquet(months / e["file"]) for p in partitions.index(months).values() for e in p.values()]
    tables = {t: good.table(held, t) for t in held["tables"]} if held and not parts else {}
    if parts:  # who added a row, and when, is all that differs
        tables["months"] = pl.concat(parts).drop("feed", "added")
    return {name: sorted(map(tuple, frame.rows()), key=repr) for name, frame in tables.items()}


def mended(
    whole: Context, ctx: Context, source_id: str, parts: list[Part], bad: list[Part], *, again: bool = True
) -> None:
    """Take the file in one home, the broken one in the other; open, mend, release, look, take back."""
    same = take(whole, source_id, parts, "analyst", origin="test", replacing=THIN)
    assert same.in_force, same.issues
    before = in_force(ctx, source_id)
    first = take(ctx, source_id, bad, "analyst", origin="test", replacing=THIN)
    assert first.rows_quarantined, (first.outcome, first.issues)
    between = in_force(ctx, source_id)
    if not first.in_force:
        assert between == before
    seen = room.opened(ctx, room.file_of(ctx, source_id))
    clean = home.open_here(whole, source_id, parts)
    for row in seen.rows:
        came = lines(clean, [row.row])[row.row]
        right = {c: came.get(c) or "" for c, v in row.came.items() if v != came.get(c) or c in row.needed}
        assert right, (row.came, row.issues)
        assert row.issues[0].column in {*right, None}, "the rule names the column that was spoilt"
        last = quarantined.mend(ctx, ANALYST, seen, row.row, right, **WHO)
        seen = room.opened(ctx, seen.file)
    assert last.holds, last.issues
    done = quarantined.release(ctx, ANALYST, seen.file, replacing=THIN, **WHO)
    assert done.load, done.outcome.issues
    assert in_force(ctx, source_id) == in_force(whole, source_id)
    assert quarantined.undo(ctx, ANALYST, source_id, **WHO).rows == tuple(r.row for r in seen.rows)
    assert in_force(ctx, source_id) == between
    assert {r.state for r in room.opened(ctx, seen.file).rows} == {"quarantined"}
    assert not again or replay(ctx).same
    acts = LedgerEntry.objects.filter(kind__startswith="quarantine.").order_by("seq").values_list("kind", flat=True)
    expected = [*["mended"] * len(seen.rows), "released", "undone"]
    assert [a.removeprefix("quarantine.") for a in acts] == expected


def test_every_source_has_a_line() -> None:
    assert {b.source_id for b in BROKEN} == set(loadable())


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: b.name)
def test_a_broken_cell_of_the_sample_is_mended(broken: Broken, two: tuple[Context, Context], tmp_path: Path) -> None:
    fake = f"tests.fakes.publishers.{broken.source_id}"
    before = getattr(importlib.import_module(fake), "before", None) if broken.source_id in live_ids() else None
    for ctx in two if before else ():  # what an earlier fetch would have put in force
        before(ctx, sample_folder(broken.source_id))
    for parts in files_of(broken.source_id, tmp_path):
        bad = spoilt(parts, broken) if broken.file in parts[0].name else None
        if bad:
            # What was put there before came by no file, so no replay could make it again.
            mended(*two, broken.source_id, parts, bad, again=before is None)
            return
    pytest.fail(f"{broken.what!r} stands in no file of the sample")


def xlsx(rows: list[list[str]]) -> bytes:
    """Return a workbook of one sheet, numbers as numbers."""
    book = Workbook()
    for row in rows:
        book.active.append([float(v) if v.replace(".", "", 1).isdecimal() else v for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(rows: list[list[str]]) -> bytes:
    """Return a Parquet file with a column of text for each."""
    out = io.BytesIO()
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(out)
    return out.getvalue()


def text(rows: list[list[str]]) -> bytes:
    """Return a csv file."""
    return "".join(",".join(row) + "\n" for row in rows).encode()


def zipped(rows: list[list[str]]) -> bytes:
    """Return a csv file in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("table.csv", text(rows))
    return out.getvalue()


PRICES = [
    ["where", "month", "price"],
    *([p, f"2026-{m:02d}", str(m * 10)] for p in ("SDN", "TCD", "SSD") for m in range(1, 11)),
]
CARRIERS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "csv": text,
    "csv.gz": lambda rows: gzip.compress(text(rows)),
    "zip": zipped,
    "xlsx": xlsx,
    "parquet": parquet,
}


@pytest.mark.parametrize(("carrier", "source_id"), [*((c, "market_prices") for c in CARRIERS), ("xlsx", "event_list")])
def test_a_broken_cell_is_mended_in_every_carrier(carrier: str, source_id: str, two: tuple[Context, Context]) -> None:
    rows = PRICES if source_id == "market_prices" else [r.split(",") for r in LIST.decode().splitlines()]
    bad = [list(row) for row in rows]
    bad[7][-1] = "many"
    for ctx in two:
        if source_id == "market_prices":
            home.declare(ctx, MAPPING)
    whole, broken = ([Part(f"table.{carrier}", CARRIERS[carrier](r))] for r in (rows, bad))
    mended(*two, source_id, whole, broken)
