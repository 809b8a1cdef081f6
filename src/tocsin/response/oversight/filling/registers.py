"""What the registers of this room fill: gaps, provisions, briefings, questions, shares; and exercises."""

from __future__ import annotations

from collections import Counter

from tocsin.response.oversight import latency
from tocsin.response.oversight.filling.common import Filled, acts, many, of, office_of, title_of
from tocsin.response.oversight.period import Period
from tocsin.response.oversight.story import Act, due_of


def gaps(p: Period) -> Filled | None:
    """List what was found missing in the period, and how many gaps were closed."""
    raised = p.acts("gap.raised")
    closed = p.kinds["gap.closed"]
    if not raised and not closed:
        return None
    return Filled(
        [f"{many(len(raised), 'gap')} raised, {closed} closed."],
        ["Kind", "Missing", "Owner", "Due"],
        [[of(a, "kind"), of(a, "what"), title_of(of(a, "owner")), of(a, "due")] for a in raised],
    )


def recommendations(p: Period) -> Filled | None:
    """List the text proposed for the gaps that are still open at the end."""
    shut = {a.body.get("gap") for a in (acts(p, "gap.closed"))}
    standing = [a for a in acts(p, "gap.raised") if a.body and a.seq not in shut]
    if not standing:
        return None
    rows = [
        [of(a, "what"), a.body.get("proposed") or "no text proposed yet", title_of(of(a, "owner"))] for a in standing
    ]
    return Filled([f"{many(len(rows), 'gap')} open."], ["Missing", "Proposed text", "Owner"], rows)


def implemented(p: Period) -> Filled | None:
    """List gaps closed and steps of undertakings done in the period."""
    shut, done = p.acts("gap.closed"), p.acts("undertaking.done")
    if not shut and not done:
        return None
    rows = [["gap closed", of(a, "what"), title_of(a.post), of(a, "evidence")] for a in shut]
    rows += [["step done", of(a, "what"), title_of(a.post), of(a, "evidence")] for a in done]
    return Filled([f"{len(shut)} gaps closed, {len(done)} steps done."], ["What", "Which", "By", "Shown by"], rows)


def legislation(p: Period) -> Filled | None:
    """List the provisions linked to gaps with their newest status."""
    newest: dict[int, Act] = {}
    for act in acts(p, "gap.provision"):
        newest[int(act.body.get("provision", -act.seq))] = act
    if not newest:
        return None
    rows = [[of(a, "title"), of(a, "reference"), of(a, "status"), of(a, "status_on")] for a in newest.values()]
    return Filled(
        [f"{many(len(rows), 'provision')} linked to a gap."], ["Provision", "Reference", "Status", "On"], rows
    )


def briefings(p: Period) -> Filled | None:
    """List briefings with the offices that got them, and the reason where not all did."""
    found = p.acts("briefing.delivered")
    if not found:
        return None
    rows = [
        [
            f"{a.at:%Y-%m-%d}",
            of(a, "title"),
            ", ".join(map(office_of, a.body.get("offices") or [])) or "withheld",
            str(a.body.get("why_not_all") or "all offices got it"),
        ]
        for a in found
    ]
    return Filled(
        [f"{many(len(found), 'briefing')} delivered."], ["Day", "Briefing", "Offices", "If not all, why"], rows
    )


def questions(p: Period) -> Filled | None:
    """Count questions asked, answered, late and overdue at the end."""
    asked = p.acts("question.asked")
    if not asked:
        return None
    answered = {a.body.get("question"): a for a in acts(p, "question.answered")}
    took = [latency.hours(a.at, answered[a.seq].at) for a in asked if a.seq in answered]
    waits = [latency.hours(a.at, p.last) for a in asked if a.seq not in answered]
    overdue = sum(a.seq not in answered and due_of(a) < p.last for a in asked)
    return Filled(
        [
            f"{many(len(asked), 'question')}: {len(took)} answered, {overdue} overdue at the end of the period. "
            f"Time to an answer: {latency.spread(took, waits)['said']}."
        ]
    )


def sharing(p: Period) -> Filled | None:
    """Count shares with partners and briefings."""
    shared, told = p.acts("share.made"), p.kinds["briefing.delivered"]
    if not shared and not told:
        return None
    partners = sorted({of(a, "organisation") for a in shared})
    return Filled(
        [
            f"{many(len(shared), 'share')} with partners ({', '.join(partners) or 'none'}), "
            f"{p.kinds['share.revoked']} revoked; {many(told, 'briefing')} of a legislature delivered."
        ]
    )


def limits(p: Period) -> Filled | None:
    """List gaps of capacity, tools, contacts and law."""
    counts = Counter(of(a, "kind") for a in p.acts("gap.raised"))
    if not counts:
        return None
    return Filled(
        ["What was found missing, by kind."], ["Kind", "Gaps"], [[k, str(n)] for k, n in sorted(counts.items())]
    )


def exercises(p: Period) -> Filled | None:
    """Count exercises by what the ledger says of them."""
    counts = Counter({k: n for k, n in p.kinds.items() if k.startswith("exercise.")})
    if not counts:
        return None
    return Filled(["Exercises in the record."], ["Entry", "Number"], [[k, str(n)] for k, n in sorted(counts.items())])
