"""What is private stays: events of ACLED can be used on the machine, and nothing of them is in anything public."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from desk.conftest import PASSPHRASE, desk, reader, seeded_home
from tocsin.core.clock import FixedClock
from tocsin.desk.context import context
from tocsin.evidence.events import listing
from tocsin.evidence.refresh import refresh
from tocsin.evidence.sources import source_ids, spec
from tocsin.evidence.sources.spec import live_ids, sample_folder
from tocsin.evidence.store import snapshot
from tocsin.evidence.store.load import load
from tocsin.evidence.store.tables import load_tables
from tocsin.response.docket.models import Item
from tocsin.response.oversight import shares

__all__ = ["desk", "reader", "seeded_home"]
pytestmark = pytest.mark.django_db(transaction=True)

MARK = "Zzyzx"
"""A word that stands nowhere else: the actor, the town and the outlet of every event in this test."""
OPEN = "/track-record /hub /tripwires /accountability /sources /ledger /checkpoint /sign-in"
SIGNED_IN = "/ /places/SDN /docket /brief /brief.json /accountability /sources"


@pytest.fixture
def loaded(desk: Path) -> Path:
    """Events in ACLED's shape, one of them yesterday's, in force on a desk."""
    ctx = context()
    rows = json.loads((sample_folder("acled") / "events.json").read_text(encoding="utf-8"))["data"]
    day = ctx.now().date().isoformat()
    marked = [
        {**rows[0], "event_id_cnty": f"ZZZ{n}", "event_date": day, "year": day[:4], "fatalities": "7"}
        | {"actor1": f"{MARK} column", "location": f"{MARK} ford", "source": f"{MARK} gazette", "admin1": MARK}
        for n in range(3)
    ]
    path = desk.parent / "acled.json"
    path.write_text(json.dumps({"data": marked}), encoding="utf-8")
    assert load(ctx, "acled", path, "analyst").in_force
    return desk


def test_it_can_be_used_here_and_stands_in_nothing_public(loaded: Path, client, reader) -> None:
    ctx = context()
    found = listing.page(ctx, listing.Asked(place_id="SDN")).events
    assert any(MARK in " ".join([e.where, e.title, *e.actors]) for e in found), "on the machine it can be used"

    anybody = type(client)()
    for url in OPEN.split():
        assert MARK not in anybody.get(url).content.decode(), f"the open page {url}"
    for url in ("/brief", "/brief.json"):
        assert MARK not in reader.get(url).content.decode(), f"the brief {url}"

    before = {p.name for p in (loaded / "runs").iterdir()}
    made = refresh(replace(ctx, clock=FixedClock(ctx.now() + timedelta(days=1))))
    assert made.run_id not in before, "a run made with those events on the machine"
    run_files = [p for p in made.folder.rglob("*") if p.is_file()]
    assert run_files
    assert not [p for p in run_files if MARK.encode() in p.read_bytes()], "the run folder, which all else is made from"
    tables = load_tables(ctx)
    assert "acled" not in {s.id for s in tables.sources}, "no figure of it is in a panel, so in no forecast"

    register = io.StringIO()
    call_command("dumpdata", stdout=register)
    assert "register." in register.getvalue()
    assert MARK not in register.getvalue(), "the register: timelines, ledger exports and tables of it come from here"


FEEDS = "/feeds/checkpoints.atom /feeds/lapses.atom /track-record /hub"
PLACE = "summary advisory advisory.txt portfolio.json portfolio.csv institutions.csv labels.csv"
EXPORTS = "/portfolio.json /portfolio.csv /activities.csv /tools.csv /r2p.jsonld /r2p.csv /brief.json /"


def test_what_leaves_by_share_summary_advisory_export_or_board_has_none_of_it(loaded: Path, client, reader) -> None:
    """Everything that is handed out is walked: what is not listed as allowed to carry it carries none."""
    assert MARK in reader.get("/places/SDN/events").content.decode(), "where it may stand, this look finds it"
    item = Item.objects.filter(place_id="SDN").order_by("pk").first() or Item.objects.order_by("pk").first()
    assert item is not None
    handed: dict[str, bytes] = {}
    docket = [f"/docket/{item.pk}/{name}" for name in ("package", "packages")]
    for url in [*EXPORTS.split(), *docket, *(f"/places/SDN/{name}" for name in PLACE.split())]:
        answer = reader.get(url)
        assert answer.status_code == 200, url
        handed[f"signed in: {url}"] = answer.getvalue()
    for url in FEEDS.split():
        handed[f"anybody: {url}"] = type(client)().get(url).getvalue()

    until = (context().now() + timedelta(days=30)).date().isoformat()
    asked = {"items": str(item.pk), "organisation": "legislature", "fields": list(shares.FIELDS), "until": until}
    made = reader.post("/sharing", {**asked, "post": "desk_officer", "passphrase": PASSPHRASE})
    address = re.search(r"(/share/[A-Za-z0-9_-]+)\.json", made.content.decode())
    assert address, "a share of every field there is"
    for form in ("json", "atom"):
        answer = type(client)().get(f"{address[1]}.{form}")
        assert answer.status_code == 200
        handed[f"share.{form}"] = answer.getvalue()

    assert [name for name, data in handed.items() if MARK.encode() in data] == []


def test_it_is_in_no_package_and_no_snapshot() -> None:
    private = [name for name in live_ids() if (live := spec(name).live) and live.private]
    assert private == ["acled"]
    for source_id in private:
        assert source_id not in source_ids()
        assert source_id not in snapshot.index()
        assert spec(source_id).snapshot_files == []
        sample = "".join(p.read_text(encoding="utf-8") for p in sample_folder(source_id).iterdir())
        assert sample.count("Invented") > 20, "what comes with the program is made up, and says so"
        assert "Invented gazette" in sample
