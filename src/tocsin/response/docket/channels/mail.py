"""A letter as an e-mail. The Message-ID is made from the key, so a second sending is the same mail and not another."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tocsin.response.docket.channels.protocol import Letter

DOCKET = "Tocsin <docket@tocsin.invalid>"


def plain_key(key: str) -> str:
    """Return a key in characters that file names and headers bear."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", key)


def compose(letter: Letter, sender: str, to: str, *, domain: str = "tocsin.invalid") -> EmailMessage:
    """Return the mail: the same letter gives the same bytes, whenever it is sent."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{plain_key(letter.key)}@{domain}>"
    mail["Date"] = format_datetime(letter.created_at)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = letter.subject
    # Nobody's holiday note shall answer, and no list software shall pass it on.
    mail["Auto-Submitted"] = "auto-generated"
    if letter.level == "emergency":
        mail["X-Priority"] = "1"
    mail.set_content(letter.body)
    return mail
