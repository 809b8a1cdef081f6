"""A record in which something was answered, something promised and broken, and something met with silence."""

from __future__ import annotations

from response.docket.desk import Run, by, in_days, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket import acts
from tocsin.response.docket.models import Commitment, Item
from tocsin.response.docket.tick import tick

SECRET = "The source in the market is called Amina"


def live(ctx: Context, clock: FixedClock) -> dict[str, int]:
    """Three questions: one answered and closed, one acted on and broken, one that everybody was silent about."""
    acts.take_run(ctx, Run("r1", [warning(ctx, "SDN"), warning(ctx, "MMR"), warning(ctx, "TUR")]))
    of = {i.place_id: i.pk for i in Item.objects.all()}
    clock.move(hours=10)
    acts.acknowledge(ctx, of["SDN"], by("desk_officer"))
    clock.move(hours=10)
    words = {"kind": "act", "reasons": f"W1 and what we heard. {SECRET}", "review_on": in_days(ctx, 60)}
    acts.decide(
        ctx,
        of["SDN"],
        by("desk_officer"),
        options=["D01"],
        dissent="Ada: too little, too late",
        **words,
        **weighed(of["SDN"]),
    )
    acts.decide(ctx, of["MMR"], by("desk_officer"), options=["D01", "D03"], **words, **weighed(of["MMR"]))
    acts.complete(ctx, Commitment.objects.get(item_id=of["SDN"]).pk, by("desk_officer"), "Cable 7")
    acts.close(ctx, of["SDN"], by("desk_officer"), reasons="Done as it was decided", found="done")
    clock.move(days=30)
    tick(ctx)
    return of
