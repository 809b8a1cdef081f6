"""What falls due beside the clocks of items: pings of offices, reports that stop, the notice on prevention, digests,
rounds, forecasts.
"""

from __future__ import annotations

from tocsin.core.context import Context
from tocsin.response.docket import activity_digest, digest, pings, red_digest, upstream
from tocsin.response.docket.reports import stopped
from tocsin.response.register import assessments
from tocsin.response.register.forecasts import ending
from tocsin.response.register.techniques import keep as techniques


def go(ctx: Context) -> None:
    """Do every round that is due. Running it twice does no more."""
    pings.run_due(ctx)
    stopped.ring(ctx)
    upstream.notice_due(ctx)
    digest.write_due(ctx)
    red_digest.write_due(ctx)
    activity_digest.write_due(ctx)
    assessments.reveal_due(ctx)
    ending.go(ctx)
    techniques.reveal_due(ctx)
