"""Silent feeds are taken into the docket when they fall silent, not at the next refresh."""

from __future__ import annotations

from tocsin.core.context import Context
from tocsin.response.docket import outbox
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Warning
from tocsin.response.register import pulse


def take_pulse(ctx: Context) -> list[str]:
    """Open or join an item for each silence the last pulse warns of; return the ids of the warnings that are new.

    Taking it again changes nothing. Raises Damaged when the pulse is not what was written.
    """
    told = pulse.read(ctx.settings.home)
    if told is None:
        return []
    ids = [w["warning_id"] for w in told.warnings]
    known = set(Warning.objects.filter(warning_id__in=ids).values_list("warning_id", flat=True))
    new = [w for w in told.warnings if w["warning_id"] not in known]
    for warning in new:
        receive(ctx, warning, f"feeds looked at {told.at:%Y-%m-%d %H:%M} UTC")
    if new:
        outbox.deliver_after(ctx)
    return [w["warning_id"] for w in new]
