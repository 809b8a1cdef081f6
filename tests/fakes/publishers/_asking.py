"""Fetch from a simulated publisher: no waiting, small limits, the publisher's secrets in place, samples let in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import stamina
from tests import thin
from tests.fakes.publishers._faults import SECRET
from tests.fakes.publishers._server import Publisher

from tocsin.core.context import Context
from tocsin.evidence.fetch import Fetched, fetch, fetcher, terms
from tocsin.evidence.fetch.patience import Patience

LIMITS: dict[str, Any] = {"max_bytes": 2_000_000, "max_seconds": 2, "per_minute": 600}
TRIES = 3


def ready(ctx: Context, publisher: Publisher) -> None:
    """Put in place what a person would: the secrets (``SECRETS`` or ``TOKEN`` of the module) and the terms.

    A module's ``before(ctx, samples)`` further puts in force what an earlier fetch would have.
    """
    live = publisher.source.live
    assert live is not None
    known = getattr(publisher.module, "SECRETS", {})
    for name, file in live.secrets.items():
        path = ctx.settings.home / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(known.get(name, getattr(publisher.module, "TOKEN", SECRET)) + "\n")
        path.chmod(0o600)
    if before := getattr(publisher.module, "before", None):
        before(ctx, publisher.samples)
    if live.terms is not None:
        terms.accept(ctx, publisher.source, "Ada Example", "analyst", "tester")


@contextmanager
def hurried(publisher: Publisher, tries: int = TRIES, **limits: Any) -> Iterator[None]:
    """Keep to small limits and do not wait. Only a simulator may be hurried."""
    source = publisher.source
    assert source.live is not None
    small = source.model_copy(update={"live": source.live.model_copy(update=LIMITS | limits)})
    with (
        patch.object(fetcher, "spec", lambda _: small),
        patch("tocsin.evidence.store.load.sample_hashes", frozenset),
        thin.let_in(),
        patch("os.fsync", lambda _: None),
        stamina.set_testing(True, attempts=tries, cap=True),
    ):
        yield


def ask(ctx: Context, publisher: Publisher, **more: Any) -> Fetched:
    """Fetch from the simulated publisher as ``fetch`` does; limits of ``live`` may be given by name."""
    limits = {name: more.pop(name) for name in ("max_bytes", "max_seconds", "max_pages") if name in more}
    with hurried(publisher, **limits):
        patience = more.pop("patience", Patience(sleep=lambda _: None))
        return fetch(ctx, publisher.source.id, route=publisher.route, patience=patience, **more)
