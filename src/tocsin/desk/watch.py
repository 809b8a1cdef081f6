"""Watching: the feeds are looked at, and what fell silent goes onto the docket. The wings meet in the pulse alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.core.context import Context

if TYPE_CHECKING:
    from tocsin.response.oversight.models import Gap


def watch(ctx: Context) -> list[str]:
    """Look at every feed now and take what is silent into the docket; return the ids of the warnings that are new.

    Where nobody ever fetched there is no feed to look at. Raises Damaged when the pulse cannot be read back whole.
    """
    if not ctx.settings.pulse.exists() and not any(ctx.settings.store.glob("*/fetches")):
        return []
    from tocsin.evidence import pulse
    from tocsin.response.docket.acts.pulse import take_pulse

    pulse.take(ctx)
    return take_pulse(ctx)


def each_tick(ctx: Context) -> list[Gap]:
    """Do what follows every move of the clocks: watch the feeds, then what the rooms above the docket have to do.

    Judgements of events that could not be applied while a load was writing are applied now.
    """
    from tocsin.response.oversight.after_tick import after_tick

    watch(ctx)
    if ctx.settings.events.exists():
        from tocsin.desk import judged_events

        judged_events.applied(ctx)
    return after_tick(ctx)
