"""A warning joins the undecided item of its place."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket import clocks, ladder, letters, outbox, silent
from tocsin.response.docket.acts.warned import an, body_of, link, told_by
from tocsin.response.docket.models import Item, Warning
from tocsin.response.register.people import Actor


def join(ctx: Context, item: Item, warning: Warning, vintage: str, rung_by: Actor | None = None) -> Item:
    """Join a warning to an undecided item: its level may rise, its decision may fall due earlier, never later."""
    rules = directive.version(item.directive_version)
    rule = rules.level(warning.level)
    now = ctx.now()
    raised = directive.RANK[warning.level] > directive.RANK[item.level]
    was_deferred = item.state == Item.State.DEFERRED
    if was_deferred:
        item.state = Item.State.OPEN
    if raised or was_deferred:
        item.decision_due = min(item.decision_due, clocks.decision_due(rules, warning.level, now))
    step = ladder.standing_step(item)
    if raised:
        item.level, item.ceiling = warning.level, max(item.ceiling, rule.ceiling)
        # At the ceiling too: what has become worse is asked anew, with hours of its own and a lapse of its own.
        if item.state == Item.State.LAPSED:
            item.state = Item.State.OPEN
        tier = max(item.tier, rule.entry)
        due = clocks.delivery_due(rules, warning.level, tier, now)
        if tier == item.tier and step.acknowledged_at is None and not step.lapsed:
            due = min(due, step.delivery_due)
        ladder.enter_rung(
            ctx,
            item,
            tier,
            now,
            f"{an(warning.kind)} warning raised the level to {warning.level}",
            due=due,
            also=told_by(warning, rules),
        )
    elif was_deferred:
        why = f"{an(warning.kind)} warning came while the question was deferred"
        ladder.enter_rung(ctx, item, item.tier, now, why, also=told_by(warning, rules))
    else:
        for post in silent.others(rules, item, list(dict.fromkeys([*step.posts, *told_by(warning, rules)]))):
            outbox.write(ctx, item, f"warning-{warning.pk}", post, letters.joined(item, warning.summary, warning.level))
    if warning.run_id:
        item.run_id, item.evidence_vintage = warning.run_id, vintage
    item.save()
    body = {
        **body_of(warning, rung_by),
        "raised": raised,
        "decision_due": iso(item.decision_due),
        "came_back": was_deferred,
        "evidence_vintage": item.evidence_vintage,
    }
    link(ctx, item, warning, "item.joined", body, opened=False)
    return item
