"""What went wrong, where, and what to do: the only exceptions a person ever sees.

Exit codes are part of the command-line contract: 1 found wanting or refused, 2 misuse.
"""

from __future__ import annotations

STOPPED = 130
"""What a shell reports for Ctrl-C."""


class TocsinError(Exception):
    """A failure told in one sentence; ``where`` and ``todo`` complete it when they are known."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what = what
        self.where = where
        self.todo = todo
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Return what happened, where and what to do, on one line."""
        parts = [self.what.rstrip(".")]
        if self.where:
            parts[0] += f" ({self.where})"
        if self.todo:
            parts.append(self.todo.rstrip("."))
        # A question quoted at the end has its mark already.
        return " ".join(part if part.endswith("?") else f"{part}." for part in parts)


class Refused(TocsinError):
    """An act or an input that the rules do not allow; nothing was changed."""


class Misuse(TocsinError):
    """A command or call that cannot be understood."""

    exit_code = 2


class Damaged(TocsinError):
    """Stored data that is not what was written: stop, overwrite nothing."""
