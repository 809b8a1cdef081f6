"""The line to a publisher: one question goes out, one answer comes in, all of it before one deadline.

No cookies, no redirects, no log of addresses: what ``httpx2.Client`` would add is left out, by using its transport
alone. A time limit on each read does not stop a server that sends a byte now and then, neither in the body nor in the
headers; so every wait for the network, from the connection on, gets no more than what is left of the whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2

from tocsin.evidence.fetch.problems import Again, Wrong

WAIT_SECONDS = 30.0
"""For one connection, one write or one read; the deadline of the whole comes on top."""


class Deadline:
    """What is left of the time for one answer."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock = seconds
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        """Start anew."""
        self._end = self._clock() + seconds

    def left(self, wanted: float | None) -> float:
        """Return how long to wait at most. Raises ReadTimeout when nothing is left."""
        left = self._end - self._clock()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time for one answer is over")
        return min(left, wanted or WAIT_SECONDS)


class _Stream(httpcore2.NetworkStream):
    """A connection whose every wait is bounded."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline, *, plain: bool) -> None:
        self._inner = inner
        self._deadline = deadline
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Encrypt from here on; to loopback, which is led in instead of a publisher for tests, in the clear."""
        if self._plain:
            return self
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(inner, self._deadline, plain=False)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection."""
        return self._inner.get_extra_info(info)


class _Network(httpcore2.NetworkBackend):
    """Opens connections to where the host is, or all of them to one loopback port."""

    def __init__(self, deadline: Deadline, route: tuple[str, int] | None) -> None:
        self._inner = httpcore2.SyncBackend()
        self._deadline = deadline
        self._route = route

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Open one connection."""
        host, port = self._route or (host, port)
        left = self._deadline.left(timeout)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline, plain=self._route is not None)


@cache
def _certificates() -> SSLContext:
    """Return what certificates are checked against; reading it takes longer than many an answer."""
    return httpx2.create_ssl_context()


class _Transport(httpx2.HTTPTransport):
    """The library's transport over a bounded network."""

    def __init__(self, network: _Network, proxy: str | None) -> None:
        context = _certificates()
        super().__init__(verify=context)
        self._pool.close()
        if proxy is None:
            self._pool = httpcore2.ConnectionPool(ssl_context=context, network_backend=network)
            return
        named = httpx2.Proxy(proxy)
        self._pool = httpcore2.HTTPProxy(
            httpcore2.URL(scheme=named.url.raw_scheme, host=named.url.raw_host, port=named.url.port, target=b"/"),
            proxy_auth=named.raw_auth,
            ssl_context=context,
            network_backend=network,
        )


def loopback(route: str) -> tuple[str, int]:
    """Return host and port of ``http://127.0.0.1:PORT``. Raises ValueError for anything that is not this machine."""
    parts = urlsplit(route)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1" or not parts.port or parts.path.strip("/"):
        raise ValueError(f"{route!r} is not http://127.0.0.1:PORT")
    return parts.hostname, parts.port


class Line:
    """Asks, and hands out the answer while it comes. ``route``: every host is led to this port, for tests."""

    def __init__(self, route: str | None = None) -> None:
        self._deadline = Deadline()
        self._route = loopback(route) if route else None
        self._transports: dict[str | None, _Transport] = {}

    @contextmanager
    def ask(
        self,
        method: str,
        address: httpx2.URL,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        seconds: float,
    ) -> Iterator[httpx2.Response]:
        """Ask once. Raises Again when the line failed, Wrong when the other side cannot be trusted or understood."""
        self._deadline.begin(seconds)
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), WAIT_SECONDS)
        request = httpx2.Request(
            method, address, headers=dict(headers), data=dict(form) if form else None, extensions={"timeout": timeout}
        )
        with _told(address.host, seconds):
            response = self._transport(address.host).handle_request(request)
            try:
                yield response
            finally:
                response.close()

    def _transport(self, host: str) -> _Transport:
        """Return the transport to a host: the operator's proxy (HTTPS_PROXY, NO_PROXY) where one is named."""
        proxy = None if self._route or proxy_bypass(host) else getproxies().get("https")
        if proxy not in self._transports:
            self._transports[proxy] = _Transport(_Network(self._deadline, self._route), proxy)
        return self._transports[proxy]

    def close(self) -> None:
        """Hang up everywhere."""
        for transport in self._transports.values():
            transport.close()


@contextmanager
def _told(host: str, seconds: float) -> Iterator[None]:
    """Turn the library's failures into words; its own may quote what was sent."""
    try:
        yield
    except httpx2.TimeoutException as error:
        slow = f"{host} fell silent, or took longer than the {seconds:,.0f} seconds that one answer may take"
        what = slow if isinstance(error, httpx2.ReadTimeout) else f"{host} could not be reached in time"
        raise Again("slow", what) from None
    except httpx2.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise Wrong("certificate", f"{host} cannot show that it is {host}: its certificate is not valid") from None
        raise Again("unreachable", f"{host} could not be reached") from None
    except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.DecodingError):
        raise Again("broken-off", f"the line to {host} broke before the answer had ended") from None
    except (httpx2.TransportError, httpx2.InvalidURL, httpx2.StreamError) as error:
        raise Again("line", f"asking {host} failed ({type(error).__name__})") from None
