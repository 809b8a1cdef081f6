"""SMS and voice by a provider, through Apprise: its URL, with the provider's secrets, stands in a file of the keys.

``keys/sms.apprise`` and ``keys/voice.apprise`` hold one Apprise URL each, with ``{to}`` where the number goes, such as
``twilio://SID:TOKEN@FROM/{to}`` and the same with ``?method=call``. Apprise hands on and remembers nothing: a worker
killed after the provider took a letter and before it was marked sends it again. So this is at least once, and the
text carries the key of its message, by which a person sees that it is the same one.
"""

from __future__ import annotations

import re

from tocsin.core.context import Context
from tocsin.response.docket.channels import secrets
from tocsin.response.docket.channels.protocol import Letter, Receipt, Undelivered

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


class Provider:
    """A telephone network: others may listen, so it carries the least (see ``letters.least``)."""

    open = True
    disturbs = True
    once = False

    def __init__(self, name: str) -> None:
        self.id = name

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        """Hand the text to the provider."""
        trouble = self.fault(ctx, letter.address)
        if trouble:
            raise Undelivered(trouble, lasting=True)
        import logging

        import apprise

        template = secrets.read(ctx, f"{self.id}.apprise")
        # Nothing on disk, nothing in a log but what is blotted out below, one request at a time.
        asset = apprise.AppriseAsset(storage_mode="memory", async_mode=False, secure_logging=True)
        notifier = apprise.Apprise(asset=asset)
        if not notifier.add(template.replace("{to}", letter.address)):
            raise Undelivered(f"keys/{self.id}.apprise is no Apprise URL", lasting=True)
        text = f"{letter.body} [{letter.key}]"
        with apprise.LogCapture(level=logging.WARNING) as said:
            taken = notifier.notify(body=text, title="")
            why = said.getvalue()
        if not taken:
            hidden = secrets.without(f"the provider did not take it. {why}", [template, letter.address])
            raise Undelivered(hidden)
        return Receipt(letter.key[:200])

    def fault(self, ctx: Context, address: str) -> str:
        """Look at the file and the number."""
        try:
            template = secrets.read(ctx, f"{self.id}.apprise")
        except Undelivered as missing:
            return str(missing)
        if "{to}" not in template:
            return f"keys/{self.id}.apprise does not say where the number goes: write {{to}}"
        if not NUMBER.fullmatch(address):
            return "the address is no telephone number in international form (+ and digits)"
        return ""
