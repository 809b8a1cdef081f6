"""``tocsin``: finds the command groups beside this file and runs one command with one kind of error."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from copy import copy
from functools import cache

import typer
from typer.exceptions import TyperException

import tocsin.cli
from tocsin.cli.output import INVOCATION, fail
from tocsin.core.errors import STOPPED, Misuse, Refused, TocsinError

NOT_GROUPS = {"main", "output"}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Early warning of mass atrocities, and a recorded answer to every warning.\n\n"
    "Everywhere: --home DIR (or TOCSIN_HOME) chooses the data folder, --json prints one object.",
)


@app.callback()
def _everywhere() -> None:
    """Options that hold everywhere are taken out of the arguments before the command is found."""


@cache
def build() -> typer.Typer:
    """Return the application with every command group registered, in the order of their names."""
    for module in sorted(m.name for m in pkgutil.iter_modules(tocsin.cli.__path__)):
        if module not in NOT_GROUPS:
            importlib.import_module(f"tocsin.cli.{module}").register(app)
    return app


def narrowed(whole: typer.Typer, argv: list[str]) -> typer.Typer:
    """Return the application with the one group or command that these arguments name, or the whole of it.

    Typer reads the parameters of every command it is given, some hundreds, and one is run: that was half the wait.
    """
    word = next((word for word in argv if not word.startswith("-")), "")
    one = copy(whole)
    one.registered_groups = [group for group in whole.registered_groups if group.name == word]
    one.registered_commands = [command for command in whole.registered_commands if command.name == word]
    return one if one.registered_groups or one.registered_commands else whole


def _take_everywhere(argv: list[str]) -> list[str]:
    """Take ``--json`` and ``--home DIR`` out of the arguments, wherever they stand."""
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--json":
            INVOCATION.json = True
        elif word == "--home" or word.startswith("--home="):
            folder = word.partition("=")[2] or next(words, "")
            if not folder:
                raise Misuse("--home needs a folder", todo="Write --home DIR")
            os.environ["TOCSIN_HOME"] = folder
        else:
            rest.append(word)
    return rest


def main(argv: list[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 found wanting or refused, 2 misuse."""
    try:
        INVOCATION.json = False
        words = _take_everywhere(argv)
        result = narrowed(build(), words)(args=words, prog_name="tocsin", standalone_mode=False)
    except TocsinError as error:
        return fail(error)
    except TyperException as error:
        # Typer's own complaints about arguments; without any argument the message is the help, printed already.
        message = error.format_message().strip()
        return fail(Misuse(message, todo="See tocsin --help")) if message else 2
    except (KeyboardInterrupt, typer.Abort):
        result = STOPPED
    except BrokenPipeError:
        return 0
    except OSError as error:
        return fail(_refused_by_the_machine(error))
    except Exception as error:
        told = _refused_by_the_database(error)
        if told is None:  # a fault of ours: the whole trace, so that it can be reported
            raise
        return fail(told)
    return result if isinstance(result, int) else 0


def _refused_by_the_machine(error: OSError) -> TocsinError:
    """Return a full disk, a missing right, a file where a folder should be, in one sentence."""
    where = str(error.filename) if error.filename else ""
    return Refused(f"The machine refused: {error.strerror or error}", where=where, todo="Run: tocsin doctor")


def _refused_by_the_database(error: Exception) -> TocsinError | None:
    """Return a database's own failure in one sentence; None when it is none. Django is not imported to find out."""
    known = sys.modules.get("django.db.utils")
    if known is None or not isinstance(error, known.DatabaseError):
        return None
    from tocsin.response.register.database import refusal

    return refusal(error)
