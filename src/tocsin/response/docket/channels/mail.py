"""A letter as an e-mail. The Message-ID is made from the key, so a second sending is the same mail and not another.

Written out by hand, in the few headers it needs: the library's own writer takes longer than everything else a tick
does, and a tick may write thousands.
"""

from __future__ import annotations

import quopri
import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from tocsin.response.docket.channels.protocol import Letter

DOCKET = "Tocsin <docket@tocsin.invalid>"
LONGEST = 200
NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


def plain_key(key: str) -> str:
    """Return a key in characters that file names and headers bear."""
    return NOT_PLAIN.sub("_", key)


def message_id(letter: Letter, domain: str) -> str:
    """Return the Message-ID of a letter: always the same."""
    return f"<{plain_key(letter.key)}@{domain}>"


def compose(letter: Letter, sender: str, to: str, *, domain: str = "tocsin.invalid", as_is: bool = False) -> bytes:
    """Return the mail: the same letter gives the same bytes, whenever it is sent.

    ``as_is`` leaves the text readable as it stands, in UTF-8 (for a file); else it is written in ASCII alone, which
    every mail server takes.
    """
    ascii_only = letter.body.isascii() and all(len(line) < LONGEST for line in letter.body.splitlines())
    encoding = "8bit" if as_is else "7bit" if ascii_only else "quoted-printable"
    headers = {
        "Message-ID": message_id(letter, domain),
        "Date": _date(letter.created_at),
        "From": sender,
        "To": to,
        "Subject": _header(letter.subject),
        # Nobody's holiday note shall answer, and no list software shall pass it on.
        "Auto-Submitted": "auto-generated",
        **({"X-Priority": "1"} if letter.level == "emergency" else {}),
        # As the Common Alerting Protocol has it, for whoever sorts mail by machine.
        **({"X-CAP-Status": "Exercise"} if letter.exercise else {}),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": encoding,
    }
    head = "".join(
        f"{name}: {' '.join(value.split())}\r\n" if name != "Subject" else f"{name}: {value}\r\n"
        for name, value in headers.items()
    )
    body = letter.body.encode()
    if encoding == "quoted-printable":
        body = quopri.encodestring(body)
    return head.encode() + b"\r\n" + b"\r\n".join(body.splitlines()) + b"\r\n"


@lru_cache(maxsize=4096)
def _date(moment: datetime) -> str:
    return format_datetime(moment)


def _header(text: str) -> str:
    """Return a subject as one header: no line of its own, ASCII."""
    flat = " ".join(text.split())
    return (
        flat if flat.isascii() else Header(flat, "utf-8", maxlinelen=75, header_name="Subject").encode(linesep="\r\n")
    )
