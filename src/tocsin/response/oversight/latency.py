"""How long each step took, without flattery: what is not done yet counts as longer than anything that is.

Half of the questions opened were answered within the median. It is taken over all of them, so a question nobody has
answered pulls it up; when fewer than half are answered there is no median, and the record says so. With fewer than six
there is no median either: the few values stand as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import inf
from typing import Any

from tocsin.catalog import directive
from tocsin.response.oversight.entries import Entry
from tocsin.response.oversight.story import Act, Story
from tocsin.response.register import mandate
from tocsin.tripwires.intervals import median_ranks

STEPS = (
    ("acknowledged", "opened to acknowledged"),
    ("assessed", "opened to assessed"),
    ("decided", "opened to decided"),
    ("kept", "opened to first commitment kept"),
)


def spread(done: Iterable[float], running: Iterable[float] = (), never: int = 0) -> dict[str, Any]:
    """Return counts, median, its 95% interval by order statistics, and the longest, in hours.

    ``done`` are hours of what happened, ``running`` hours waited so far by what has not, ``never`` how many were closed
    without it. Keys: ``n, done, running, never, median_hours, interval_hours, longest_hours, longest_running_hours,
    values_hours`` (the few, when there are too few for an interval) and ``said``.
    """
    took, waits = sorted(done), sorted(running)
    every = [*took, *(inf for _ in range(len(waits) + never))]
    n, ranks = len(every), median_ranks(len(every))
    # The upper of two middle values: with an even count half are done only by then.
    middle = every[n // 2] if ranks else inf
    told: dict[str, Any] = {
        "n": n,
        "done": len(took),
        "running": len(waits),
        "never": never,
        "median_hours": None if middle == inf else round(middle, 1),
        "interval_hours": [_finite(every[rank - 1]) for rank in ranks] if ranks else None,
        "longest_hours": round(took[-1], 1) if took else None,
        "longest_running_hours": round(waits[-1], 1) if waits else None,
        "values_hours": [] if ranks else [round(v, 1) for v in took],
    }
    return {**told, "said": _said(told)}


def _finite(value: float) -> float | None:
    return None if value == inf else round(value, 1)


def _said(told: dict[str, Any]) -> str:
    """Return the figure in words that claim no more than its count allows."""
    n, done = told["n"], told["done"]
    if n == 0:
        return "no case yet"
    if told["interval_hours"] is None:
        return f"too few for a median (n = {n}, {done} done)"
    if told["median_hours"] is None:
        return f"fewer than half done ({done} of {n})"
    low, high = told["interval_hours"]
    return (
        f"{told['median_hours']:g} h, 95% interval {low:g} to {f'{high:g} h' if high is not None else 'not yet known'}"
    )


def by_step(told: Iterable[Story], assessed: dict[str, list[datetime]], now: datetime) -> list[dict[str, Any]]:
    """Return a row for each level and step: hours from opening. ``assessed`` are moments of answers by place.

    A question closed without the step counts as ``never``: longer than any. One whose step lies before its opening
    (a drill may move the clock back) is left out.
    """
    stories = list(told)
    rows = []
    for rule in directive.current().levels:
        mine = [s for s in stories if s.level == rule.level]
        for step, words in STEPS:
            done, running, never = [], [], 0
            for story in mine:
                at = _assessed(story, assessed, now) if step == "assessed" else story.first(step)
                if step == "kept" and not story.promised:
                    continue  # nothing was promised: nothing to keep
                if at is not None and at >= story.opened.at:
                    done.append(hours(story.opened.at, at))
                elif at is not None:
                    continue
                elif story.closed is not None:
                    never += 1
                else:
                    running.append(hours(story.opened.at, now))
            allowed = _allowed(rule.level, mine) if step == "decided" else []
            figures = spread(done, running, never)
            hours_said = {"allowed_hours": allowed[0] if len(allowed) == 1 else None, "allowed": allowed}
            rows.append({"level": rule.level, "step": words, **hours_said, **figures})
    return rows


def _allowed(level: str, mine: Iterable[Story]) -> list[int]:
    """Return the hours to a decision by the versions the questions run under, or by the one in force without any."""
    rules = {story.rules.version: story.rules for story in mine} or {"": directive.current()}
    return sorted({one.level(level).decision_hours for one in rules.values()})


def assessments(entries: Iterable[Entry]) -> dict[str, list[datetime]]:
    """Return when each place's questions of the framework were answered."""
    found: dict[str, list[datetime]] = {}
    for entry in entries:
        if entry.kind == "assessment.answered" and entry.body:
            found.setdefault(str(entry.body.get("place_id")), []).append(entry.time)
    return found


def _assessed(story: Story, assessed: dict[str, list[datetime]], now: datetime) -> datetime | None:
    last = story.closed.at if story.closed else now
    return min((at for at in assessed.get(story.place_id, []) if story.opened.at <= at <= last), default=None)


def by_post(told: Iterable[Story]) -> list[dict[str, Any]]:
    """Return for each post how long its answers took, from when the item came to the tier, and its lapses by clock.

    Posts that did nothing and owed nothing are left out; so are acts whose post is withheld.
    """
    answers: dict[str, list[float]] = {}
    decisions: dict[str, list[float]] = {}
    lapsed: dict[str, dict[str, int]] = {}
    for story in told:
        for acts, into in ((story.acknowledged, answers), (story.decided, decisions)):
            for act in acts:
                into.setdefault(act.post, []).append(hours(story.since(act.at), act.at))
        for lapse in story.lapses:
            for post in lapse.body.get("posts") or []:
                clocks = lapsed.setdefault(post, {})
                clock = str(lapse.body.get("clock") or "withheld")
                clocks[clock] = clocks.get(clock, 0) + 1
    order = [p.id for p in directive.current().posts]
    order += sorted({*answers, *decisions, *lapsed} - set(order))
    return [
        {
            "post": post,
            "office": mandate.office(post),
            "acknowledged": spread(answers.get(post, [])),
            "decided": spread(decisions.get(post, [])),
            "lapses": dict(sorted(lapsed.get(post, {}).items())),
            "lapses_total": sum(lapsed.get(post, {}).values()),
        }
        for post in order
        if post and (post in answers or post in decisions or post in lapsed)
    ]


def by_office(told: Iterable[Story]) -> list[dict[str, Any]]:
    """Return the same by office: the one that a question's own version names for the post."""
    stories = list(told)
    names: dict[str, str] = {}
    sits: dict[str, dict[str, str]] = {}
    for rules in [directive.current(), *(s.rules for s in stories)]:
        for office in rules.offices:
            names.setdefault(office.id, office.name)
        sits.setdefault(rules.version, {p.id: p.office for p in rules.posts if p.office})
    rows = []
    for office in names:

        def of(story: Story, post: str, office: str = office) -> bool:
            return sits[story.rules.version].get(post) == office

        taken = [_took(story, act) for story in stories for act in story.acknowledged if of(story, act.post)]
        decided = [_took(story, act) for story in stories for act in story.decided if of(story, act.post)]
        lapses = sum(any(of(s, p) for p in la.body.get("posts") or []) for s in stories for la in s.lapses)
        if taken or decided or lapses:
            said = {"acknowledged": spread(taken), "decided": spread(decided), "lapses": lapses}
            rows.append({"office": office, "name": names.get(office, office), **said})
    return rows


def _took(story: Story, act: Act) -> float:
    return hours(story.since(act.at), act.at)


def hours(first: datetime, last: datetime) -> float:
    """Return the hours between two moments."""
    return (last - first).total_seconds() / 3600
