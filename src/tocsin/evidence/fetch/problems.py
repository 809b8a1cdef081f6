"""What can go wrong between asking and having: told by rule and in words, never with an address that holds a secret."""

from __future__ import annotations


class Wrong(Exception):
    """No use in asking again now: the fetch ends here and what is in force stays. ``rule`` names what was broken."""

    def __init__(self, rule: str, what: str, todo: str = "", *, wait_seconds: float | None = None) -> None:
        self.rule = rule
        self.what = what
        self.todo = todo
        self.wait_seconds = wait_seconds
        """How long the publisher asked not to be asked again, when it did."""
        super().__init__(what)


class Again(Exception):
    """Asking again may help. ``wait_seconds`` is what the publisher said, None when it said nothing."""

    def __init__(self, rule: str, what: str, wait_seconds: float | None = None) -> None:
        self.rule = rule
        self.what = what
        self.wait_seconds = wait_seconds
        super().__init__(what)
