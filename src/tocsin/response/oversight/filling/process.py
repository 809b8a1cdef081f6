"""What the process did: warnings, answers, latency, lapses, commitments, outcomes. Numbers and our own words alone."""

from __future__ import annotations

from collections import Counter

from tocsin.response.oversight import latency
from tocsin.response.oversight.entries import masked_of
from tocsin.response.oversight.filling.common import Filled, many, name_of, of, text, title_of
from tocsin.response.oversight.passed_on import passed_on
from tocsin.response.oversight.period import Period
from tocsin.response.oversight.scorecard import outcomes as against

CAME = {"onset": "onset", "no_onset": "no onset", "no_onset_acted": "no onset, action taken"}


def _allowed(hours: list[int]) -> str:
    """Return the hours a step may take, by each version that questions ran under."""
    return " or ".join(map(str, hours)) or text(None)


def record(p: Period) -> Filled | None:
    """Say what was read."""
    if not p.entries:
        return None
    hidden = sum(e.body is None for e in p.entries)
    note = p.record.checkpoint.splitlines()
    return Filled(
        [
            f"{many(len(p.entries), 'ledger entry', 'ledger entries')} of the period, read from {p.record.source}.",
            f"The bodies of {hidden} are withheld or erased; they are counted, and what they told is missing below."
            if hidden
            else "No body is withheld.",
            *_masked(p),
            f"The newest checkpoint covers {note[1]} entries, root {note[2]}."
            if len(note) > 2
            else "No checkpoint is with the record: nothing outside it shows that it is whole.",
        ]
    )


def _masked(p: Period) -> list[str]:
    """Say which single fields the export hides: what they told is withheld, not unsaid."""
    fields = masked_of(p.entries)
    if not fields:
        return []
    partly = sum(bool(e.masked) for e in p.entries)
    named = "; ".join(f"{name} ({n})" for name, n in fields.items())
    return [f"{many(partly, 'more entry', 'more entries')} open in part. Fields withheld: {named}."]


def warnings(p: Period) -> Filled | None:
    """Count warnings by kind and level, and how many opened a question."""
    came = p.acts("item.opened", "item.joined")
    if not came:
        return None
    opened = p.kinds["item.opened"]
    counts = Counter((of(a, "kind"), of(a, "level")) for a in came)
    return Filled(
        [f"{many(len(came), 'warning')}: {opened} opened a question, {len(came) - opened} joined one that was open."],
        ["Kind", "Level", "Warnings"],
        [[kind, level, str(n)] for (kind, level), n in sorted(counts.items())],
    )


def answers(p: Period) -> Filled | None:
    """Count decisions by kind and post, and how many came late."""
    found = p.acts("item.decided")
    if not found:
        return None
    late = sum(bool(a.body.get("late")) for a in found)
    counts = Counter((of(a, "kind"), a.post or "withheld") for a in found)
    return Filled(
        [f"{many(len(found), 'decision')}, {late} after the decision clock had run out."],
        ["Decided to", "By the post", "Decisions"],
        [[kind, title_of(post), str(n)] for (kind, post), n in sorted(counts.items())],
    )


def dissent(p: Period) -> Filled | None:
    """Count recorded dissent; its words stay in the bodies."""
    found = p.acts("item.decided")
    if not found:
        return None
    with_it = sum(bool(a.body.get("dissent")) for a in found)
    apart = len(p.acts("decision.dissented", "proposal.dissented"))
    return Filled(
        [
            f"{with_it} of {many(len(found), 'decision')} carry a recorded dissent, and {many(apart, 'dissent')} "
            "stand by themselves. No dissent is not agreement."
        ]
    )


def latency_table(p: Period) -> Filled | None:
    """Tabulate hours to each step for the questions opened in the period."""
    if not p.opened:
        return None
    rows = [
        [
            r["level"],
            r["step"],
            _allowed(r["allowed"]),
            r["said"],
            str(r["n"]),
            str(r["done"]),
        ]
        for r in latency.by_step(p.opened, latency.assessments(p.until), p.last)
        if r["n"]
    ]
    return Filled(
        ["Half were done within the median; what was not done counts as longer than anything that was."],
        ["Level", "Step", "Allowed, h", "Median", "Cases", "Done"],
        rows,
    )


def lapses(p: Period) -> Filled | None:
    """Count lapses by post and clock. No lapse is an answer when questions were open."""
    if not p.told:
        return None
    found = p.acts("clock.lapsed")
    if not found:
        return Filled(["No clock ran out in the period."])
    counts: Counter[tuple[str, str]] = Counter()
    for act in found:
        for post in act.body.get("posts") or ["withheld"]:
            counts[post, of(act, "clock")] += 1
    published = sum(bool(a.body.get("published")) for a in found)
    return Filled(
        [f"{many(len(found), 'lapse')}, {published} at the top of the ladder and therefore published."],
        ["Post", "Clock", "Lapses"],
        [[title_of(post), clock, str(n)] for (post, clock), n in sorted(counts.items())],
    )


def reports(p: Period) -> Filled | None:
    """Tabulate how reports of people travelled up in the period, and say whose clock on one ran out."""
    told = passed_on(p.entries)
    if not told["reports"] and not told["hops"] and not told["lapses"]:
        return None
    lapsed = [f"{title_of(la['post'])}, {la['clock']} clock: {la['n']}" for la in told["lapses"]]
    lines = [
        f"{many(told['reports'], 'report')} received.",
        f"Clocks that ran out on reports: {'; '.join(lapsed) or 'none'}.",
    ]
    if told["withheld"]:
        lines.append(f"{many(told['withheld'], 'hop')} of a tier that is withheld.")
    return Filled(
        lines,
        ["From tier", "Sent", "Held", "Gone around", "Hours at the tier", "Statements lost", "Figures lost"],
        [
            [
                str(h["from_tier"]), str(h["sent"]), str(h["held"]), str(h["around"]), h["hours"]["said"],
                _lost(h["statements_lost"], h["statements"]), _lost(h["figures_lost"], h["figures"]),
            ]
            for h in told["hops"]
        ],
    )  # fmt: skip


def _lost(share: float | None, n: int) -> str:
    return "none counted" if share is None else f"{share:.0%} of {n}"


def commitments(p: Period) -> Filled | None:
    """Say how many commitments were made, kept in time, kept late and not kept."""
    made = [c for s in p.told for a in p.within(s.decided) for c in a.body.get("commitments") or []]
    kept = [a for s in p.told for a in p.within(s.kept)]
    broken = [a for s in p.told for a in p.within(s.lapses) if a.body.get("clock") == "commitment"]
    if not made and not kept and not broken:
        return None
    late = sum(bool(a.body.get("late")) for a in kept)
    dropped = p.kinds["commitment.cancelled"]
    return Filled(
        [
            f"{many(len(made), 'commitment')} made; {len(kept)} shown to be done, {late} of them late; "
            f"{len(broken)} ran out without evidence of doing, {dropped} cancelled."
        ]
    )


def outcomes(p: Period) -> Filled | None:
    """Tabulate decisions against outcomes, those nobody recorded counted."""
    if not any(s.outcomes for s in p.told):
        return None
    table = against(p.told)
    columns = [key for key in table["rows"][0] if key not in {"decision", "total"}]
    heads = {**CAME, "not_recorded": "not yet recorded"}
    return Filled(
        ["What followed, as recorded. No onset after action is neither a success nor a false alarm by itself."],
        ["Decision", *(heads.get(c, c) for c in columns), "All"],
        [[r["decision"], *(str(r[c]) for c in columns), str(r["total"])] for r in table["rows"] if r["total"]],
    )


def false_alarms(p: Period) -> Filled | None:
    """Count closed questions that no onset followed, apart from those on which somebody acted."""
    came = Counter(s.outcomes[-1].body.get("came") for s in p.told if s.outcomes)
    if not came:
        return None
    return Filled(
        [
            f"{many(came['no_onset'], 'question')} no onset followed and nobody acted: false alarms. "
            f"{came['no_onset_acted']} more no onset followed after action: nobody can say which they were."
        ]
    )


def detection(p: Period) -> Filled | None:
    """Count refreshes and tripwires sealed."""
    runs, sealed = p.kinds["run.taken"], sum(n for kind, n in p.kinds.items() if kind.startswith("tripwire."))
    if not runs:
        return None
    return Filled(
        [
            f"{many(runs, 'refresh', 'refreshes')} taken into the docket, "
            f"{many(sealed, 'entry', 'entries')} on tripwires."
        ]
    )


def contingency(p: Period) -> Filled | None:
    """Say how many options were seen, chosen and rejected where decisions name them."""
    found = [a for a in p.acts("item.decided") if a.body.get("options_seen")]
    if not found:
        return None
    seen = sum(len(a.body["options_seen"]) for a in found)
    chosen = sum(len(a.body.get("options_chosen") or []) for a in found)
    return Filled([f"{many(len(found), 'decision')} name the options seen: {seen} seen, {chosen} chosen."])


def coordination(p: Period) -> Filled | None:
    """Say how many posts answered and how many questions moved between tiers."""
    found = p.acts("item.acknowledged")
    if not found:
        return None
    climbed = sum(bool(a.body.get("climbs_to")) for a in p.acts("clock.lapsed"))
    posts = sorted({a.post for a in found if a.post})
    return Filled(
        [
            f"{many(len(found), 'question')} acknowledged, by "
            f"{', '.join(map(title_of, posts)) or 'posts that are withheld'}; "
            f"silence carried a question to the next tier {many(climbed, 'time')}."
        ]
    )


def barriers(p: Period) -> Filled | None:
    """Count what was recorded as blocked, by type: cannot, will not, may not."""
    found = [a for a in p.acts("option.blocked") if a.body]
    if not found:
        return None
    counts = Counter((of(a, "type"), of(a, "sphere")) for a in found)
    return Filled(
        [f"{many(len(found), 'barrier')} recorded."],
        ["Type", "Sphere", "Barriers"],
        [[t, s, str(n)] for (t, s), n in sorted(counts.items())],
    )


def countries(p: Period) -> Filled | None:
    """List the places with a warning, by level reached."""
    mine = [s for s in p.told if p.within(s.warnings) and s.place_id]
    if not mine:
        return None
    rows = [
        [name_of(s.place_id), s.level, str(len(p.within(s.warnings)))] for s in sorted(mine, key=lambda s: s.place_id)
    ]
    return Filled(
        [f"{many(len({s.place_id for s in mine}), 'country', 'countries')} with a warning. A warning is no verdict."],
        ["Country", "Level", "Warnings"],
        rows,
    )


def factors(p: Period) -> Filled | None:
    """Count answers to the framework by place: how many questions were answered present, partly, absent, unknown."""
    counts: dict[str, Counter[str]] = {}
    for act in p.acts("assessment.answered"):
        if act.body:
            counts.setdefault(of(act, "place_id"), Counter())[of(act, "state")] += 1
    if not counts:
        return None
    states = ("present", "partly", "absent", "unknown")
    return Filled(
        ["Answers of assessors to the United Nations framework, counted and never added up to a score."],
        ["Country", *states],
        [[name_of(place), *(str(c[s]) for s in states)] for place, c in sorted(counts.items())],
    )
