"""Publishers on loopback, each speaking its own protocol: what connectors are tested against, there being no network.

A connector's owner writes one module ``tests/fakes/publishers/<source id>.py``:

    def answer(request: Request, samples: Path) -> Reply

It speaks the publisher's protocol (auth, paging, errors in its own words) from the files of the source's ``sample/``.
It may further have

    EXEMPT = {"skewed_dates": "why this fault cannot happen to this publisher"}
    def fault(name: str, request: Request, reply: Reply) -> Reply | None     # its own form; None: the general one

Ranges, ETags and 304 are the server's and need no word in the module; ``Publisher(…, etags=False)`` is one that counts
no versions and sends everything whole at every asking. ``request.host`` is the host that was asked for:
every declared host is led here. Use:

    with Publisher("ucdp_ged") as publisher:
        ready(ctx, publisher)              # its secrets (``TOKEN`` or ``SECRETS`` of the module) and terms
        publisher.fault("throttled", times=2)
        fetched = ask(ctx, publisher)      # ``fetch`` without waiting, with small limits
        assert fetched.ok
"""

from tests.fakes.publishers._asking import ask, hurried, ready
from tests.fakes.publishers._faults import FAULTS
from tests.fakes.publishers._server import Publisher, simulated
from tests.fakes.publishers._words import Reply, Request

__all__ = ["FAULTS", "Publisher", "Reply", "Request", "ask", "hurried", "ready", "simulated"]
