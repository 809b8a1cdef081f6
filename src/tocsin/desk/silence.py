"""What is silent now: feeds by the last pulse, places by the run in force and the reports that stopped, offices.

One list for board, sources page, situation and brief. Offices, and places whose reports stopped, are for signed-in
readers alone: an office that nobody sits in and a place that people fled are what others would like to know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.core.clock import parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.desk.facts import AWAITING, Picture
from tocsin.response.docket.models import Warning
from tocsin.response.register import pulse
from tocsin.response.register.models import Ping

Row = dict[str, Any]
NO_CALM = "Few reports are no evidence of calm."


@dataclass(frozen=True)
class Silence:
    """What is silent, each list with a name and a sentence a row; ``feeds`` are all feeds of the last look."""

    looked: datetime | None = None
    feeds: list[Row] = field(default_factory=list)
    sources: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)
    stopped: list[Row] = field(default_factory=list)
    offices: list[Row] = field(default_factory=list)
    fault: str = ""

    @property
    def words(self) -> str:
        """Return in a few words how much is silent: ``2 feeds, 3 places, 1 office``; empty when nothing is."""
        gone = {r["place_id"] for r in (*self.places, *self.stopped) if r["place_id"]}
        counted = (("feed", len(self.sources)), ("place", len(gone)), ("office", len(self.offices)))
        return ", ".join(f"{n} {what}{'' if n == 1 else 's'}" for what, n in counted if n) or self.fault

    @property
    def sentences(self) -> list[str]:
        """Return what is silent in sentences for a sheet of paper: the places whose reporting collapsed in one."""
        dark = ", ".join(f"{r['name']} (since {r['since']})" for r in self.places)
        together = [f"Reporting has collapsed in {dark}. {NO_CALM}"] if dark else []
        fault = [f"{self.fault}."] if self.fault else []
        return [
            *fault,
            *(r["said"] for r in self.sources),
            *together,
            *(r["said"] for r in (*self.stopped, *self.offices)),
        ]

    def of_place(self, place_id: str) -> list[str]:
        """Return what is silent about a place, a sentence each."""
        return [r["said"] for r in (*self.places, *self.stopped) if r["place_id"] == place_id]


def now(ctx: Context, pic: Picture | None) -> Silence:
    """Return what is silent now."""
    try:
        told = pulse.read(ctx.settings.home)
        fault = ""
    except Damaged as damage:
        told, fault = None, damage.what
    return Silence(
        looked=told.at if told else None,
        feeds=[_dated(f) for f in told.feeds] if told else [],
        sources=_sources(told, pic),
        places=_places(pic),
        stopped=_stopped(),
        offices=_offices(),
        fault=fault,
    )


def _dated(feed: Row) -> Row:
    moments = ("last_try", "last_answer", "last_new", "due_at")
    return {**feed, **{m: parse_time(feed[m]) if feed[m] else None for m in moments}}


def _sources(told: pulse.Pulse | None, pic: Picture | None) -> list[Row]:
    """Return the feeds that the last look found silent, then the sources loaded by hand that the run calls stale."""
    said = []
    for f in told.silent if told else []:
        if f["state"] == "old":
            said.append({"name": f["title"], "said": f"{f['aged'][0].upper()}{f['aged'][1:]}."})
            continue
        how = "answers with nothing where it had something" if f["state"] == "emptied" else "has brought nothing new"
        since = f" since {parse_time(f['last_new']):%Y-%m-%d %H:%M} UTC" if f["last_new"] else ""
        said.append({"name": f["title"], "said": f"{f['title']} {how}{since}; it is expected every {f['cadence']}."})
    looked = {f["source_id"] for f in told.feeds} if told else set()
    for s in pic.run.sources if pic else []:
        if s["status"] == "stale" and s["id"] not in looked:
            said.append({"name": s["title"], "said": f"{s['title']} was last loaded on {str(s['last_good'])[:10]}."})
    return said


def _places(pic: Picture | None) -> list[Row]:
    found = []
    for row in (pic.info.get("quiet") or []) if pic else []:
        name = places()[row["place_id"]].name if row["place_id"] in places() else row["place_id"]
        words = f"Reporting from {name} has collapsed since {row['since']}: {row['said']}. {NO_CALM}"
        found.append({"place_id": row["place_id"], "name": name, "since": row["since"], "said": words})
    return found


def _stopped() -> list[Row]:
    """Return the places of undecided items that ask why reports stopped."""
    rung = Warning.objects.filter(tripwire_id="silence_reports", items__state__in=AWAITING).distinct().order_by("id")
    return [{"place_id": w.place_id, "name": w.place_id, "said": w.summary} for w in rung]


def _offices() -> list[Row]:
    names = {o.id: o.name for o in directive.current().offices}
    stale = Ping.objects.filter(answered_at=None).exclude(stale_at=None).order_by("office")
    asked = "was asked whether it can be reached and has not answered: asked on"
    found = [(names[p.office], p.asked_at) for p in stale if p.office in names]
    return [{"name": name, "said": f"{name} {asked} {at:%Y-%m-%d}."} for name, at in found]
