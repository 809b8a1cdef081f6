"""Which addresses may be asked: https, a declared host, nothing hidden in them. A publisher's server may be hostile."""

from __future__ import annotations

from collections.abc import Mapping

from httpx2 import URL, InvalidURL, QueryParams

from tocsin.evidence.fetch.problems import Wrong
from tocsin.evidence.sources.spec import Live

LONGEST = 4000
"""Characters of an address; the longest that publishers here use has some hundred."""


def allowed(url: str, live: Live, params: Mapping[str, str] | None = None) -> URL:
    """Return an address that may be asked, with its params. Raises Wrong when it may not, and says why.

    Everything asked passes here: what a plan made up, what an answer named as its next page, what a redirect says.
    """
    if len(url) > LONGEST or any(ord(c) <= 32 or ord(c) == 127 for c in url) or "\\" in url:
        raise Wrong("address", "the address is too long, or holds characters that no address has")
    try:
        address = URL(url)
        host = address.host.rstrip(".")
    except InvalidURL:
        raise Wrong("address", f"{url[:80]!r} is not an address") from None
    if address.scheme != "https":
        raise Wrong("address", f"{address.scheme or 'no scheme'}: an address is asked by https alone")
    if host not in live.hosts:
        said = ", ".join(sorted(live.hosts))
        raise Wrong("host", f"{host or 'an address without a host'} is not a host of the publisher ({said})")
    if address.userinfo or address.port not in (None, 443):
        raise Wrong("address", f"an address of {host} with a name, a password or a port in it is not asked")
    address = address.copy_with(fragment=None)
    return address.copy_merge_params(dict(params)) if params else address


def public(address: URL, secret: tuple[str, ...]) -> str:
    """Return the address as it may be written down: params that carry a secret are left out."""
    kept = [(name, value) for name, value in address.params.multi_items() if name not in secret]
    bare = str(address.copy_with(query=None))
    return f"{bare}?{QueryParams(tuple(kept))}" if kept else bare
