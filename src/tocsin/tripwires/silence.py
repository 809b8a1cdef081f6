"""Silence tripwires: a source not heard from since its cadence plus grace ran out, a model that did not speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.tripwires.series import Because, Firing, Heartbeat, Unable


def due(heartbeat: Heartbeat) -> date | None:
    """Return the last day on which the source is not yet silent; None when it was never loaded here.

    Raises Unable when a loaded source does not say when it was last good or how often it should come.
    """
    if not heartbeat.loaded:
        return None
    if heartbeat.last_good is None or heartbeat.cadence_days is None or heartbeat.grace_days is None:
        raise Unable(f"{heartbeat.title} does not say when it was last good and how often it should come")
    return heartbeat.last_good + timedelta(days=heartbeat.cadence_days + heartbeat.grace_days)


def evaluate(tripwire: Tripwire, heartbeats: Iterable[Heartbeat], today: date) -> list[Firing]:
    """Return a firing for every loaded source past its cadence plus grace. Raises Unable as ``due`` does."""
    firings = []
    for beat in sorted(heartbeats, key=lambda b: b.source_id):
        limit = due(beat)
        if limit is None or today <= limit:
            continue
        assert beat.last_good is not None
        assert beat.cadence_days is not None
        days = (today - beat.last_good).days
        allowed = beat.cadence_days + (beat.grace_days or 0)
        summary = (
            f"{beat.title} was last loaded on {beat.last_good}, {days} days ago; "
            f"it is expected every {beat.cadence_days} days, with {beat.grace_days} days of grace."
        )
        because = Because(summary, days, beat.source_id, "heartbeat", str(beat.last_good))
        firings.append(
            Firing(
                tripwire_id=tripwire.id,
                version=tripwire.version,
                kind=tripwire.kind,
                level=tripwire.level,
                place_id=None,
                source_id=beat.source_id,
                period=str(beat.last_good),
                value=float(days),
                threshold=float(max(allowed, 1)),
                state=None,
                summary=summary,
                question=tripwire.question.format(source=beat.title),
                because=(because,),
            )
        )
    return firings


def of_offices(tripwire: Tripwire, asked: Iterable[Mapping[str, Any]], today: date) -> list[Firing]:
    """Return a firing for every office that was asked to answer and has not, its last day for it being over.

    ``asked`` has office, name, asked_on, answer_by and last_answer (a date or None). The period is the day it was
    asked: one asking rings once.
    """
    firings = []
    for one in sorted(asked, key=lambda a: (str(a["office"]), a["asked_on"])):
        if today <= one["answer_by"]:
            continue
        last = f"it last answered on {one['last_answer']}" if one["last_answer"] else "it never answered before"
        summary = f"{one['name']} was asked to answer on {one['asked_on']}, by {one['answer_by']}, and has not; {last}."
        because = Because(summary, (today - one["asked_on"]).days, one["office"], "ping", str(one["asked_on"]))
        firings.append(
            Firing(
                tripwire_id=tripwire.id,
                version=tripwire.version,
                kind="silence",
                level=tripwire.level,
                place_id=None,
                source_id=one["office"],
                period=str(one["asked_on"]),
                value=float((today - one["asked_on"]).days),
                threshold=float(max((one["answer_by"] - one["asked_on"]).days, 1)),
                state=None,
                summary=summary,
                question=tripwire.question.format(source=one["name"]),
                because=(because,),
            )
        )
    return firings


def of_models(tripwire: Tripwire, stands: Sequence[Mapping[str, Any]]) -> list[Firing]:
    """Return a firing for every cause for which models did not speak and an earlier forecast stands.

    ``stands`` has model_id, reason, and the run that is read instead (run_id, as_of). The period is that run: as long
    as the same forecast stands, it is the same warning and rings once.
    """
    causes: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in stands:
        causes.setdefault((one["reason"], one["run_id"]), []).append(one)
    firings = []
    for (reason, run_id), same in causes.items():
        names = " and ".join(one["model_id"] for one in same)
        summary = f"{names} did not speak: {reason}. The forecasts of run {run_id} of {same[0]['as_of']} stand."
        because = Because(summary, None, same[0]["model_id"], "forecasts", run_id)
        firings.append(
            Firing(
                tripwire_id=tripwire.id,
                version=tripwire.version,
                kind=tripwire.kind,
                level=tripwire.level,
                place_id=None,
                source_id=same[0]["model_id"],
                period=run_id,
                value=1.0,
                threshold=1.0,
                state=None,
                summary=summary,
                question=tripwire.question.format(source=names),
                because=(because,),
            )
        )
    return firings
