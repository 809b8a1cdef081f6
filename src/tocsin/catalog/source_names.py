"""The one name of a source, however it is written: its DOI, or its address without what varies."""

from __future__ import annotations

import re

_DOI = re.compile(
    r"(?:doi\s*[:.]?\s*)?(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[^\s\"<>,;]+)", re.IGNORECASE
)
_URL = re.compile(r"https?://[^\s\"<>]+", re.IGNORECASE)
_TAIL = ".,;:)]}'\u201d\u00bb"


def key(source: str) -> str:
    """Return the one name of a source given by DOI or address: ``doi:10.…`` or host and path; empty when it is none."""
    found = keys(source)
    return found[0] if found else ""


def keys(text: str) -> list[str]:
    """Return the name of each source that a text holds, once and in order.

    An address loses its scheme, ``www.``, fragment and last slash, and its host is written small: where it was found
    makes no difference to which source it is.
    """
    found = [(m.start(), "doi:" + _trim(m[1]).lower()) for m in _DOI.finditer(text)]
    for match in _URL.finditer(text):
        address = _trim(match[0]).partition("://")[2].partition("#")[0]
        host, slash, rest = address.partition("/")
        host = host.lower().removeprefix("www.")
        if host not in {"doi.org", "dx.doi.org"} and "." in host:
            found.append((match.start(), (host + slash + rest).rstrip("/")))
    return list(dict.fromkeys(name for _, name in sorted(found)))


def _trim(text: str) -> str:
    """Return a source without the marks of the sentence around it; a bracket that it opened itself stays."""
    while text and text[-1] in _TAIL and not (text[-1] == ")" and text.count("(") >= text.count(")")):
        text = text[:-1]
    return text
