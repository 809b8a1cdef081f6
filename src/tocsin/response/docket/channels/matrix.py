"""Matrix: one event a letter, put under a transaction id made from its key, so the server takes a repetition once.

Client-server API, ``PUT /_matrix/client/v3/rooms/{roomId}/send/m.room.message/{txnId}`` with an access token: the same
token and the same id give the same event. An encrypted room shows the text unencrypted to its server: use a room on a
server of your own.
"""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import quote

from tocsin.core.context import Context
from tocsin.response.docket.channels import http, secrets
from tocsin.response.docket.channels.protocol import Letter, Receipt, Undelivered

TOKEN = "matrix.token"  # noqa: S105 - the name of a file
ROOM = re.compile(r"![\x21-\x7e]{1,200}")


class Matrix:
    """A room on the server in ``TOCSIN_MATRIX_SERVER``."""

    id = "matrix"
    open = False
    disturbs = True
    once = True

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        """Put the letter into the room."""
        trouble = self.fault(ctx, letter.address)
        if trouble:
            raise Undelivered(trouble, lasting=True)
        token = secrets.read(ctx, TOKEN)
        transaction = hashlib.sha256(f"{letter.key} {letter.address}".encode()).hexdigest()
        url = (
            f"{ctx.settings.matrix_server.rstrip('/')}/_matrix/client/v3/rooms/{quote(letter.address, safe='')}"
            f"/send/m.room.message/{transaction}"
        )
        body = json.dumps({"msgtype": "m.text", "body": f"{letter.subject}\n\n{letter.body}"}).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = http.send("PUT", url, body, headers, [token])
        try:
            return Receipt(str(json.loads(answer)["event_id"])[:200])
        except (ValueError, KeyError, TypeError):
            raise Undelivered("the server named no event: it is not a Matrix server") from None

    def fault(self, ctx: Context, address: str) -> str:
        """Look at the server, the token and the room."""
        if not ctx.settings.matrix_server:
            return "no Matrix server is set (TOCSIN_MATRIX_SERVER)"
        try:
            secrets.read(ctx, TOKEN)
        except Undelivered as missing:
            return str(missing)
        if not ROOM.fullmatch(address):
            return "the address is no Matrix room (!letters:server)"
        return http.fault(ctx.settings.matrix_server)
