"""Every table follows from the bytes that came: rebuilt byte for byte, put back when lost, told when it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.evidence.publisher import publisher_file
from tests.fakes.publishers import Publisher, ask, hurried, ready

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.store import load
from tocsin.evidence.store.replay import replay


@pytest.fixture
def fetched(ctx: Context, clock: FixedClock, tmp_path: Path) -> Context:
    """A store with a fetch of several files, a file loaded by hand, a quarantined one and a refused one."""
    with Publisher("ucdp_ged") as publisher:
        ready(ctx, publisher)
        assert ask(ctx, publisher).outcome == "new"
    for number, source in enumerate(("facts_coups", "unhcr")):
        clock.move(hours=number + 1)
        made = publisher_file(source)
        path = tmp_path / made.name
        path.write_bytes(made.data())
        load(ctx, source, path, "analyst")
        path.write_bytes(made.data()[:200])
        clock.move(hours=1)
        assert load(ctx, source, path, "analyst").outcome == "refused"
    return ctx


def every_file(folder: Path) -> dict[str, bytes]:
    """Loads and tries by name."""
    kept = [p for p in folder.rglob("*") if p.is_file() and {"loads", "attempts"} & set(p.parts)]
    return {str(p.relative_to(folder)): p.read_bytes() for p in kept}


def test_every_table_is_rebuilt_byte_for_byte_from_the_snapshots(fetched: Context, tmp_path: Path) -> None:
    with hurried(Publisher("ucdp_ged")):
        found = replay(fetched, tmp_path / "again")
    assert found.same
    assert len(found.loads) == 5
    old, new = every_file(fetched.settings.store), every_file(tmp_path / "again" / "store")
    assert any(name.endswith("country_month.parquet") for name in old)
    assert old == new


def test_a_table_that_is_gone_or_altered_is_put_back_and_what_came_lost_is_told(fetched: Context) -> None:
    store = fetched.settings.store
    loads = sorted((store / "ucdp_ged" / "loads").iterdir())
    before = every_file(store)
    shutil.rmtree(loads[-1])
    table = loads[0] / "country_month.parquet"
    table.write_bytes(table.read_bytes()[:-9])
    with hurried(Publisher("ucdp_ged")):
        found = replay(fetched, put_back=True)
    states = {line["load"]: line["state"] for line in found.loads}
    assert (states[loads[0].name], states[loads[-1].name]) == ("differs", "absent")
    assert len(found.put_back) == 2
    after = {k: v for k, v in every_file(store).items() if ".damaged" not in k}
    assert after == before
    raw = next(p for p in (store / "facts_coups" / "raw").iterdir() if p.suffix == "")
    raw.write_bytes(b"altered")
    with hurried(Publisher("ucdp_ged")):
        lost = replay(fetched)
    assert not lost.same
    assert [line["source"] for line in lost.lost] == ["facts_coups"]


def test_a_folder_that_holds_something_is_not_written_over(ctx: Context, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("mine")
    with pytest.raises(Misuse, match="holds something"):
        replay(ctx, tmp_path / "full")
