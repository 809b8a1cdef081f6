"""Where in the file a part of a directive stands, so that a fault is told with its line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tocsin.core.plain_yaml import weighed


@dataclass(frozen=True)
class Fault:
    """What is wrong with a directive: the file, the line (from 1), what, and what to do. A warning refuses nothing."""

    file: str
    line: int
    what: str
    todo: str
    warning: bool = False

    def sentence(self) -> str:
        """Return the fault on one line, the place first, as editors and terminals know it."""
        kind = "warning: " if self.warning else ""
        return f"{self.file}:{self.line}: {kind}{self.what}. {self.todo}."

    def as_dict(self) -> dict[str, Any]:
        """Return the fault as plain values."""
        return asdict(self)


class Places:
    """A file of YAML, read once for its values, and once more for its lines when something is wrong."""

    def __init__(self, values: Any, text: str, file: str) -> None:
        self.values, self.file, self._text = values, file, text

    @cached_property
    def _tree(self) -> Any:
        """The file with the place of every part in it; slow to read."""
        return YAML(typ="rt").load(self._text)

    def line(self, *path: Any) -> int:
        """Return the line of a part, or of the nearest part around it that stands in the file.

        A part that is written on no line of its own (``{a: 1, b: 2}``) has the line it stands on.
        """
        node, line = self._tree, 1
        for step in path:
            try:
                at = node.lc.data[step]
                line, node = at[0] + 1, node[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line

    def fault(self, what: str, todo: str, *path: Any, warning: bool = False) -> Fault:
        """Return a fault at a part of this file."""
        return Fault(self.file, self.line(*path), what, todo, warning)


def read(text: str, file: str) -> Places | Fault:
    """Return a file with its places, or the fault that makes it no YAML."""
    try:
        places = Places(YAML(typ="safe").load(weighed(text)), text, file)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        said = " ".join(str(error.problem or error).split())[:200]
        return Fault(file, line, f"the file is not YAML: {said}", "Mend it")
    except (YAMLError, ValueError, RecursionError) as error:
        return Fault(file, 1, f"the file is not YAML: {' '.join(str(error).split())[:200]}", "Mend it")
    if not isinstance(places.values, dict):
        return Fault(file, 1, "the file holds no directive", "Copy a shipped one: tocsin directive show")
    return places
