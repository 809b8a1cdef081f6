"""What an exercise showed: when each tier knew, which cues were missed, how well was decided, what came of it in truth.

Read from the register of the exercise home after its end. Items that stood there before it began are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.errors import Refused
from tocsin.response.docket.models import Decision, Item, Lapse, Step
from tocsin.response.oversight.exercise import judged, rubric
from tocsin.response.oversight.exercise.run import current
from tocsin.response.oversight.models import Exercise, Inject, Player
from tocsin.response.register.reports.models import Reading

GRACE_DAYS = 2
"""Days of the chain by which a tier may be told later than the rules alone would have, before it is a finding."""
CUE = 2
"""Both coders of the chain graded an item so high or higher: missing it is a missed cue."""


def debrief() -> dict[str, Any]:
    """Return the debrief. Raises Refused before the exercise has ended: nobody learns the end while they play."""
    exercise = current()
    if exercise is None:
        raise Refused("There is no exercise on this home", todo="Run: tocsin exercise start TIMELINE --home DIR")
    if exercise.ended_at is None:
        raise Refused("The exercise is still running", todo="End it first: tocsin exercise end")
    items = list(Item.objects.filter(place_id=exercise.place_id, opened_at__gte=exercise.started_at).order_by("id"))
    injects = list(exercise.injects.all())
    decisions = _decisions(items)
    cues = _cues(injects, items)
    tiers = _tiers(exercise, items)
    played_to = max((i.day for i in injects if i.given_at is not None), default=0)
    found = {
        "exercise": exercise.pk,
        "timeline": exercise.timeline,
        "title": exercise.title,
        "started_at": iso(exercise.started_at),
        "ended_at": iso(exercise.ended_at),
        "onset_day": (exercise.onset_day - exercise.first_day).days if exercise.onset_day else None,
        "played_to_day": played_to,
        "chain_sha256": exercise.chain_sha256,
        "tiers": tiers,
        "escalation": judged.escalation(injects, tiers, CUE, played_to),
        "judgement": judged.judgement(exercise),
        "cues": cues,
        "missed": [cue for cue in cues if cue["missed"]],
        "decisions": decisions,
        "rubric": [{"id": c.id, "title": c.title} for c in rubric.rubric().criteria],
        "lapses": _lapses(items),
        "players": [_player(exercise, player, injects, items, decisions) for player in exercise.players.all()],
        "injects": [_told(inject) for inject in injects],
    }
    return {**found, "findings": findings(found)}


def as_file(found: dict[str, Any], log: str) -> bytes:
    """Return the debrief as its file has it: the same bytes for the same debrief of the same log."""
    return (json.dumps({**found, "log": log}, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def day_of(exercise: Exercise, moment: datetime) -> float:
    """Return a moment of the exercise as a day of the chain, to a tenth, counted from its first item."""
    return round((moment - exercise.started_at).total_seconds() / 86_400 * exercise.speed, 1)


def _tiers(exercise: Exercise, items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return when each tier was told and when it answered, beside when the rules alone would have told it."""
    rules = directive.current()
    told: dict[int, datetime] = {}
    answered: dict[int, datetime] = {}
    for step in Step.objects.filter(item__in=items).order_by("entered_at", "id"):
        for tier in {rules.post(post).tier for post in step.posts} - {None}:
            told.setdefault(tier, step.entered_at)
        if step.acknowledged_at is not None:
            answered[step.tier] = min(step.acknowledged_at, answered.get(step.tier, step.acknowledged_at))
    numbers = sorted({*told, *map(int, exercise.reference)})
    return [
        {
            "tier": n,
            "told_day": day_of(exercise, told[n]) if n in told else None,
            "answered_day": day_of(exercise, answered[n]) if n in answered else None,
            "rules_alone_day": exercise.reference.get(str(n)),
        }
        for n in numbers
    ]


def _cues(injects: Iterable[Inject], items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return every inject that both coders held serious, with what the players did with it."""
    warned = {b["row"] for i in items for w in i.warnings.all() for b in w.because if b.get("source_id") == "reports"}
    found = []
    for inject in injects:
        if inject.severity < CUE or inject.given_at is None:
            continue
        readings = list(Reading.objects.filter(report_id=inject.report))
        graded = [r.severity for r in readings if r.severity is not None]
        cited = str(inject.report) in warned
        if not readings:
            missed = "read by nobody"
        elif max(graded, default=0) < CUE:
            missed = "graded lower by every reader than by both coders"
        else:
            missed = "" if cited else "read, and cited by no question"
        found.append(
            {
                "inject": inject.position,
                "item": inject.item_id,
                "report": inject.report,
                "severity": inject.severity,
                "readers": [r.post for r in readings],
                "graded": graded,
                "cited": cited,
                "missed": missed,
            }
        )
    return found


def _decisions(items: Iterable[Item]) -> list[dict[str, Any]]:
    scored = []
    for decision in Decision.objects.filter(item__in=items).select_related("item", "person").order_by("at", "id"):
        met = rubric.score(decision)
        scored.append(
            {
                "item": decision.item_id,
                "kind": decision.kind,
                "post": decision.post,
                "person": decision.person.get_username() if decision.person else None,
                "met": met,
                "score": sum(met.values()),
                "of": len(met),
            }
        )
    return scored


def _lapses(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [
        {"item": lapse.item_id, "clock": lapse.clock, "tier": lapse.tier, "posts": lapse.posts, "due": iso(lapse.due)}
        for lapse in Lapse.objects.filter(item__in=items)
    ]


def _player(
    exercise: Exercise, player: Player, injects: list[Inject], items: list[Item], decisions: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what one player did with what their post was asked: reports read, rungs answered, decisions scored."""
    name = player.person.get_username()
    given = [i.report for i in injects if i.report is not None]
    reads = player.post in directive.current().reports.readers
    rungs = [s for s in Step.objects.filter(item__in=items) if player.post in s.posts and _tier(player) == s.tier]
    own = [d for d in decisions if d["person"] == name and d["post"] == player.post]
    asked = (len(given) if reads else 0) + len(rungs)
    did = Reading.objects.filter(report_id__in=given, post=player.post, person=player.person).count() if reads else 0
    answered = sum(step.acknowledged_post == player.post for step in rungs)
    return {
        "player": name,
        "post": player.post,
        "reports_read": did if reads else None,
        "reports_given": len(given) if reads else None,
        "rungs_answered": answered,
        "rungs": len(rungs),
        "lapses": sum(step.lapsed for step in rungs),
        "decisions": len(own),
        "decision_score": sum(d["score"] for d in own),
        "decision_of": sum(d["of"] for d in own),
        "answered_pct": round(100 * (did + answered) / asked) if asked else None,
    }


def _tier(player: Player) -> int | None:
    return directive.current().post(player.post).tier


def _told(inject: Inject) -> dict[str, Any]:
    return {
        "inject": inject.position,
        "item": inject.item_id,
        "day": inject.day,
        "from": inject.source,
        "to": inject.addressee,
        "content": inject.content,
        "reached_the_chain": inject.reaches,
        "given_at": iso(inject.given_at),
        "report": inject.report,
        "what_happened_to_it": inject.fate,
    }


def findings(found: dict[str, Any]) -> list[dict[str, str]]:
    """Return what an exercise found wanting, each as a gap: its kind, what is missing, the post it falls to."""
    rules = directive.current()
    gaps: dict[str, dict[str, str]] = {}

    def add(kind: str, what: str, owner: str) -> None:
        gaps.setdefault(what, {"kind": kind, "what": what, "owner_post": owner})

    for lapse in found["lapses"]:
        post = lapse["posts"][0] if lapse["posts"] else rules.tier(lapse["tier"]).owner
        above = rules.post(post).line_manager or post
        add("procedure", f"In the exercise tier {lapse['tier']} ({post}) let its {lapse['clock']} clock run out", above)
    for cue in found["missed"]:
        add("capacity", f"In the exercise a serious report (item {cue['item']}) was {cue['missed']}", "desk_officer")
    for tier in found["tiers"]:
        alone_day = tier["rules_alone_day"]
        if alone_day is None or alone_day > found["played_to_day"]:
            continue  # not warned of by then: nobody is held to what was never given
        if tier["told_day"] is None or tier["told_day"] > alone_day + GRACE_DAYS:
            when = "never" if tier["told_day"] is None else f"on day {tier['told_day']:g}"
            alone = f"by the coders' readings alone it would have been on day {alone_day}"
            what = f"In the exercise tier {tier['tier']} was told {when}; {alone}"
            add("step", what, rules.tier(tier["tier"]).owner)
    titles = {c["id"]: c["title"] for c in found["rubric"]}
    for ident, title in titles.items():
        missing = [d for d in found["decisions"] if not d["met"][ident]]
        if missing and 2 * len(missing) >= len(found["decisions"]):
            what = (
                f"In the exercise {len(missing)} of {len(found['decisions'])} decisions did not meet: {title.lower()}"
            )
            add("step", what, missing[0]["post"])
    return list(gaps.values())
