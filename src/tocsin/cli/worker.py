"""``tocsin worker``: move the clocks and deliver messages for as long as it runs."""

from __future__ import annotations

import signal
import sys
import threading

import typer

from tocsin.cli.output import context, emit, ready


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("worker")(worker)


def worker() -> None:
    """Move every clock once a minute and deliver every few seconds, until stopped. Run as many as you like at once.

    SIGTERM or Ctrl-C: it finishes the message it is at and signs out. tocsin doctor says when no worker runs.
    """
    ready()
    from tocsin.desk.watch import each_tick
    from tocsin.response.docket import heartbeats
    from tocsin.response.docket import worker as working

    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    print(f"tocsin: worker {heartbeats.name('worker')} runs; SIGTERM or Ctrl-C stops it", file=sys.stderr, flush=True)
    working.run(
        context(),
        "worker",
        stop=stopped.is_set,
        wait=stopped.wait,
        say=lambda why: print(f"tocsin: {why}", file=sys.stderr, flush=True),
        after=each_tick,
    )
    emit({"worker": heartbeats.name("worker"), "stopped": True}, "The worker has stopped; nothing is lost.")
