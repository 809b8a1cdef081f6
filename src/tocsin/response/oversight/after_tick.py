"""What this room does after each tick of the docket, whoever moved the clocks: a command, the desk or a worker."""

from __future__ import annotations

from dataclasses import replace

from tocsin.core.context import Context
from tocsin.response.oversight import pledges
from tocsin.response.oversight.capability import needs
from tocsin.response.oversight.documents import silence
from tocsin.response.oversight.exercise.run import give_due
from tocsin.response.oversight.found import keeping
from tocsin.response.oversight.gaps import notice
from tocsin.response.oversight.models import Gap
from tocsin.response.register.drill import clock_of


def after_tick(ctx: Context) -> list[Gap]:
    """Give the injects of an exercise that are due, ring for what nobody answered or delivered, then look for gaps.

    Returns the gaps that are open because of it: raised, or reopened.
    """
    give_due(replace(ctx, clock=clock_of(ctx.settings, ctx.clock)))
    silence.ring(ctx)
    pledges.ring_due(ctx)
    needs.note_silence(ctx)
    return [gap for gap in (*notice(ctx), *keeping.look(ctx)) if gap.closed_at is None]
