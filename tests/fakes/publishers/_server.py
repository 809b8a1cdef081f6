"""The loopback server: one thread, HTTP/1.1, every declared host of one source, faults laid over by script."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

import tests.fakes.publishers as here
from tests.fakes.publishers._faults import FAULTS, LINE_FAULTS, Fault, Memory
from tests.fakes.publishers._words import Reply, Request

from tocsin.evidence.sources.spec import sample_folder, spec


def simulated() -> list[str]:
    """Every source that has a publisher here, found by walking."""
    return sorted(m.name for m in pkgutil.iter_modules(here.__path__) if not m.name.startswith("_"))


class Publisher:
    """One source's publisher, listening on a port of its own while the ``with`` lasts."""

    def __init__(
        self, source_id: str, samples: Path | None = None, *, real: Path | None = None, etags: bool = True
    ) -> None:
        """``real`` is a folder of files as the publisher sent them: one that is asked for by name is sent as it is."""
        self.source = spec(source_id)
        self.module: ModuleType = importlib.import_module(f"tests.fakes.publishers.{source_id}")
        self.samples = samples or sample_folder(source_id)
        self.real = real
        self.etags = etags
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self._faults: list[tuple[Fault, Memory]] = []
        self._lock = threading.Lock()

    def fault(self, name: str, *, times: int | None = None, after: int = 0) -> None:
        """Misbehave from now on: so many times (always when None), after so many requests more."""
        self._faults.append((FAULTS[name], Memory(self.source, self.module, len(self.requests) + after, times)))

    def mend(self) -> None:
        """All is well again."""
        self._faults.clear()

    @property
    def happened(self) -> int:
        """How often a fault of the script has happened so far."""
        return sum(memory.happened for _, memory in self._faults)

    @property
    def route(self) -> str:
        """Where the fetcher is led instead of the declared hosts."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        publisher = self

        class Handler(_Handler):
            owner = publisher

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Reply:
        """Answer a request: the protocol, the faults over it, then ranges and conditions."""
        with self._lock:
            request = replace(request, number=len(self.requests) + 1)
            self.requests.append(request)
            reply: Reply = self._real(request) or self.module.answer(request, self.samples)
            reply = self._beset(request, reply, line=False)
            reply = self._beset(request, _conditional(request, reply) if self.etags else reply, line=True)
            self.replies.append(reply)
            return reply

    def _real(self, request: Request) -> Reply | None:
        """Return the publisher's own file of the name that is asked for."""
        file = self.real / request.path.rpartition("/")[2] if self.real else None
        if file is None or not file.is_file():
            return None
        kinds = {".csv": "text/csv", ".zip": "application/zip"}
        return Reply.file(file.read_bytes(), kinds.get(file.suffix, "application/octet-stream"))

    def _beset(self, request: Request, reply: Reply, *, line: bool) -> Reply:
        """Lay the faults that are due over a reply: those of the publisher, or those of the line."""
        for fault, memory in self._faults:
            if memory.due(request) and line == (fault.__name__ in LINE_FAULTS):
                reply = fault(request, reply, memory)
        return reply


def _conditional(request: Request, reply: Reply) -> Reply:
    """Answer ranges and conditions as RFC 9110 has it, for whole answers to GET."""
    if reply.status != 200 or request.method != "GET":
        return reply
    etag = reply.headers.get("Etag") or f'"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
    headers = {**reply.headers, "Etag": etag, "Accept-Ranges": "bytes"}
    if request.headers.get("if-none-match") == etag:
        return Reply(304, b"", {"Etag": etag})
    asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    if asked and request.headers.get("if-range", etag) == etag:
        start, size = int(asked[1]), len(reply.body)
        if start >= size:
            return Reply(416, b"", {"Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        return replace(reply, status=206, body=reply.body[start:], headers=headers)
    return replace(reply, headers=headers)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing: whoever asked has hung up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    disable_nagle_algorithm = True
    owner: Publisher

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type", "")
        form = dict(parse_qsl(body.decode(), keep_blank_values=True)) if "form-urlencoded" in kind else {}
        reply = self.owner.answer(
            Request(
                method=self.command,
                host=(self.headers.get("Host") or "").partition(":")[0],
                path=unquote(parts.path),
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=body,
                form=form,
            )
        )
        self._send(reply)

    do_GET = do_POST = do_HEAD = _serve

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.endless:
            self.send_header("Connection", "close")
        elif "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        self.close_connection = bool(reply.endless) or reply.cut is not None
        try:
            self.end_headers()
            self._send_body(reply)
        except OSError:  # nobody listens any more
            self.close_connection = True

    def _send_body(self, reply: Reply) -> None:
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        if reply.pause:
            for at in range(len(body)):
                self.wfile.write(body[at : at + 1])
                self.wfile.flush()
                if STOP.wait(reply.pause):
                    return
        else:
            self.wfile.write(body)
        self.wfile.flush()
        while reply.endless:
            self.wfile.write(reply.endless)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


STOP = threading.Event()
"""Never set: waiting on it is a pause that a test's end does not have to sit out."""
