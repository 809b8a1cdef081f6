"""``tocsin serve`` and ``login-link``: put the desk on the air."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse, Refused

if TYPE_CHECKING:
    from tocsin.core.context import Context

THREADS = 6
START = 3
"""Seconds after which the clocks are moved for the first time: the desk is on the air first."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("login-link")(login_link)


def serve() -> None:
    """Serve the desk on this machine and print a login link that opens once. Ctrl-C stops it; nothing is lost."""
    ready()
    ctx = context()
    listener = listen(ctx)
    print(greeting(ctx), flush=True)
    run(ctx, listener)


def login_link(
    person: Annotated[str | None, typer.Option("--for", help="Account name; the operator when left out.")] = None,
) -> None:
    """Print a link that signs one person in, once, within 15 minutes."""
    ready()
    ctx = context()
    from tocsin.desk import tickets
    from tocsin.response.register.models import Person
    from tocsin.response.register.people import ensure_operator

    if person is None:
        who = ensure_operator(ctx)
    else:
        found = Person.objects.filter(username=person.strip().lower(), is_active=True).first()
        if found is None:
            raise Misuse(f"There is no account {person!r}", todo="See tocsin people list")
        who = found
    link = f"{_address(ctx)}/sign-in/{tickets.issue(ctx, who)}"
    emit({"link": link, "account": who.get_username(), "minutes": 15}, link)


def _address(ctx: Context) -> str:
    host = f"[{ctx.settings.host}]" if ":" in ctx.settings.host else ctx.settings.host
    return f"http://{host}:{ctx.settings.port}"


def listen(ctx: Context) -> socket.socket:
    """Take the port. Raises Refused, in one sentence, when it cannot be had."""
    host, port = ctx.settings.host, ctx.settings.port
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise Refused(
            f"The desk cannot listen on {host}:{port}: {error.strerror or error}",
            todo="Stop what is using it, or choose another port: TOCSIN_PORT=8001",
        ) from error
    return listener


def greeting(ctx: Context) -> str:
    """Return where the desk is and a link that opens once."""
    from tocsin.desk import tickets
    from tocsin.response.register.people import ensure_operator

    link = f"{_address(ctx)}/sign-in/{tickets.issue(ctx, ensure_operator(ctx))}"
    return (
        f"\nThe desk is at {_address(ctx)}. Sign in once with this link (15 minutes; another: tocsin login-link):\n\n"
        f"    {link}\n\nCtrl-C stops it; nothing is lost."
    )


def run(ctx: Context, listener: socket.socket) -> None:
    """Serve with gunicorn: one process, several threads, the clocks moved every minute beside it."""
    from gunicorn.app.base import BaseApplication

    from tocsin.desk.wsgi import application

    class Desk(BaseApplication):
        """The desk under gunicorn, on a port that is already taken."""

        def load_config(self) -> None:
            """Set what differs from gunicorn's defaults."""
            options: dict[str, Any] = {
                # The number of an open socket: gunicorn takes it over instead of binding again.
                "bind": f"fd://{listener.fileno()}",
                "workers": 1,
                "threads": THREADS,
                "worker_class": "gthread",
                "accesslog": None,
                "loglevel": "warning",
                "timeout": 120,
                "control_socket_disable": True,
                "post_worker_init": lambda _: _keep_time(ctx),
                # Kept on disk by default, where a full disk would stop a worker's heartbeat.
                "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
            }
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            """Return the application."""
            return application

    sys.stdout.flush()
    Desk().run()


def _keep_time(ctx: Context) -> None:
    """Work beside the desk while it is served: the same as ``tocsin worker``, in a thread."""
    import threading

    from tocsin.desk.watch import each_tick
    from tocsin.response.docket import worker

    def say(why: str) -> None:
        print(f"tocsin: {why}", file=sys.stderr, flush=True)

    def work() -> None:
        time.sleep(START)
        worker.run(ctx, "serve", say=say, after=each_tick)

    threading.Thread(target=work, name="worker", daemon=True).start()
