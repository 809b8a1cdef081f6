"""The secrets of one fetch: handed to the plan, kept out of everything that is written, shown or raised."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.core import secrets
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.fetch.problems import Wrong
from tocsin.evidence.sources.spec import SourceSpec


def secrets_of(ctx: Context, source: SourceSpec) -> dict[str, str]:
    """Return the secrets of a source by name. Raises Wrong, with what to get and where, when one is not there."""
    live = source.live
    found: dict[str, str] = {}
    if live is None:
        return found
    for name, file in live.secrets.items():
        if not (ctx.settings.home / file).exists():
            if live.secrets_needed:
                raise Wrong(
                    "secret", f"{source.title} is asked with a secret that is not there: {file}", live.secrets_from
                )
            continue
        try:
            found[name] = secrets.read(ctx.settings.keys, file.removeprefix("keys/"))
        except Refused as refused:
            raise Wrong("secret", f"{source.title} wants a secret. {refused.what}", live.secrets_from) from None
    return found


class Veil:
    """Knows every secret value of one fetch, and takes them out of texts."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = set(values)

    def learn(self, values: Iterable[str]) -> None:
        """Remember more values, as a token that the publisher gave."""
        self._values |= set(values)

    def over(self, text: str) -> str:
        """Return the text without any of them."""
        return secrets.hide(text, self._values)

    def shows(self, data: bytes) -> bool:
        """Whether a whole secret stands in the bytes."""
        return any(value.encode() in data for value in self._values if len(value) >= secrets.LEAST)
