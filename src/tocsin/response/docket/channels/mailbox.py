"""The mailbox: one file a message in the folder of its post, for whoever collects it: a person, a script, a courier."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tocsin.core.context import Context
from tocsin.core.files import write_whole
from tocsin.response.docket.channels import mail
from tocsin.response.docket.channels.protocol import Letter, Receipt, Undelivered


class Mailbox:
    """A folder in the home."""

    id = "mailbox"
    open = False
    disturbs = False
    once = True

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        """Write the message whole or not at all, under a name that its key fixes: the same file however often."""
        folder = os.path.join(ctx.settings.mailbox, re.sub(r"[^a-z0-9_]", "_", letter.post))  # noqa: PTH118
        target = os.path.join(folder, f"{letter.number:06d}-{mail.plain_key(letter.key)}.eml")  # noqa: PTH118
        try:
            if not os.path.exists(target):  # noqa: PTH110 - plain calls of the system: a tick writes thousands
                text = mail.compose(letter, mail.DOCKET, f"{letter.post}@tocsin.invalid", as_is=True)
                try:
                    write_whole(target, text, flush=False)
                except FileNotFoundError:
                    Path(folder).mkdir(parents=True, exist_ok=True)
                    write_whole(target, text, flush=False)
        except OSError as error:
            raise Undelivered(f"{type(error).__name__}: {error.strerror or error}") from None
        return Receipt(os.path.basename(target), target)  # noqa: PTH119

    def fault(self, ctx: Context, address: str) -> str:
        """Tell whether the folder can be written."""
        there = next(p for p in (ctx.settings.mailbox, *ctx.settings.mailbox.parents) if p.exists())
        return "" if there.is_dir() and os.access(there, os.W_OK) else f"{there} cannot be written"
