"""The process of one situation as a legislature may see it: which stage, what is pending, how long, what is withheld.

Each field passes its rule in ``catalog/oversight/release.yml`` or is not there; the view says which rule withholds it,
and until when. Words of people, sources, questions, options and names pass no rule and are never read here. A field
that may be shown early must not tell one that may not: until its day, a decision to act looks as one to decline does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from tocsin.catalog import oversight
from tocsin.core.clock import iso
from tocsin.response.oversight.story import Act, Story, due_of


def process(told: Iterable[Story], place_id: str, now: datetime) -> dict[str, Any]:
    """Return the releasable view of every question about a place, the newest first.

    Each question: ``item``, ``fields`` (what may be shown now) and ``withheld`` ([{field, title, rule, until}]).
    """
    rules = oversight.release()
    mine = sorted((s for s in told if s.place_id == place_id), key=lambda s: -s.item)
    return {
        "place_id": place_id,
        "as_of": iso(now),
        "questions": [_released(story, rules, now) for story in mine],
        "rules": [field.model_dump() for field in rules.fields],
        "never": [field.model_dump() for field in rules.never],
    }


def _released(story: Story, rules: oversight.Release, now: datetime) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    withheld = []
    for rule in rules.fields:
        if rule.id not in _FIELDS:
            continue  # a rule for a field that is not told here releases nothing
        at, value = _FIELDS[rule.id](story, now)
        if value is None:
            continue
        start = (story.closed.at if story.closed else None) if rule.after == "closing" else at
        until = start + timedelta(days=rule.days) if start is not None else None
        if rule.id == "steps":
            shown["steps"], late = _steps(value, rule, now)
            if late:
                withheld.append(_hidden(rule, max(late) + timedelta(days=rule.days)))
        elif until is None or until > now:
            withheld.append(_hidden(rule, until))
        else:
            shown[rule.id] = value
    return {"item": story.item, "fields": shown, "withheld": withheld}


def _steps(
    steps: list[tuple[datetime, str]], rule: oversight.Released, now: datetime
) -> tuple[list[Any], list[datetime]]:
    """Return the steps that are old enough, told by their day, and the moments of those that are not."""
    free = [(at, what) for at, what in steps if at + timedelta(days=rule.days) <= now]
    told = [{"on": at.date().isoformat() if rule.grain == "day" else iso(at), "what": what} for at, what in free]
    return told, [at for at, _ in steps if at + timedelta(days=rule.days) > now]


def _hidden(rule: oversight.Released, until: datetime | None) -> dict[str, Any]:
    return {"field": rule.id, "title": rule.title, "rule": rule.why, "until": iso(until) if until else "the closing"}


Field = tuple[datetime, Any]


def _stage(story: Story, now: datetime) -> Field:
    if story.closed:
        return story.closed.at, "closed"
    if story.decision:
        return story.decision.at, "decided"
    if story.acknowledged:
        return story.acknowledged[0].at, "acknowledged"
    return story.opened.at, "warned"


def _pending(story: Story, now: datetime) -> Field:
    stage = _stage(story, now)[1]
    owed = {"warned": "an acknowledgement", "acknowledged": "a decision", "closed": "nothing"}
    return story.opened.at, owed.get(stage, "that it is carried out, or looked at again")


def _waited(story: Story, now: datetime) -> Field:
    last = story.closed.at if story.closed else now
    since = story.opened.at
    if not story.closed and (stage := _stage(story, now))[1] != "warned":
        since = stage[0]
    return story.opened.at, max((last - since).days, 0)


def _overdue(story: Story, now: datetime) -> Field:
    return story.opened.at, len(_undecided_lapses(story))


def _undecided_lapses(story: Story) -> list[Act]:
    """Return the lapses of answering and deciding; those of carrying out would tell what was decided."""
    return [a for a in story.lapses if a.body.get("clock") in {"delivery", "decision"}]


def _level(story: Story, now: datetime) -> Field:
    return story.warnings[-1].at if story.warnings else story.opened.at, story.level or None


def _all_steps(story: Story, now: datetime) -> Field:
    steps = [(at, f"came to tier {tier}") for at, tier in story.rungs]
    steps += [(a.at, "acknowledged") for a in story.acknowledged]
    steps += [(a.at, "decided") for a in story.decided]
    steps += [(due_of(a), "a clock ran out") for a in _undecided_lapses(story)]
    steps += [(story.closed.at, "closed")] if story.closed else []
    return story.opened.at, sorted(steps)


def _posts(story: Story, now: datetime) -> Field:
    acts = [*story.acknowledged, *story.decided]
    lapses = _undecided_lapses(story)
    named = {a.post for a in acts if a.post} | {p for la in lapses for p in la.body.get("posts") or []}
    last = max([a.at for a in [*acts, *lapses]], default=story.opened.at)
    return last, sorted(named) or None


def _decision(story: Story, now: datetime) -> Field:
    if story.decision is None:
        return story.opened.at, None
    return story.decision.at, story.decision.body.get("kind")


def _commitments(story: Story, now: datetime) -> Field:
    if story.decision is None:
        return story.opened.at, None
    # From the decision alone: a day that moved with each doing would tell that something is being done.
    broken = sum(a.body.get("clock") == "commitment" for a in story.lapses)
    return (
        story.decision.at,
        f"{len(story.kept)} of {len(story.promised)} shown to be done, {broken} ran out"
        if story.promised
        else "none made",
    )


def _outcome(story: Story, now: datetime) -> Field:
    if not story.outcomes:
        return story.opened.at, None
    return story.outcomes[-1].at, str(story.outcomes[-1].body.get("came", "withheld")).replace("_", " ")


_FIELDS: dict[str, Callable[[Story, datetime], Field]] = {
    "place": lambda story, now: (story.opened.at, story.place_id),
    "stage": _stage,
    "pending": _pending,
    "waited": _waited,
    "overdue": _overdue,
    "level": _level,
    "steps": _all_steps,
    "posts": _posts,
    "decision": _decision,
    "commitments": _commitments,
    "outcome": _outcome,
}
