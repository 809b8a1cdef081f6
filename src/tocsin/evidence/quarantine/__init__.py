"""Rows of publishers' files that break a rule: opened, mended by a named person, released, and taken back.

Nothing of what came is changed. A mend is a record beside the file; a release is a load of its own, of the same bytes
with the mended cells laid over them; to undo it is to take that load back (ADR 0041). The register's entry of each is
made by whoever may import both rooms (``desk.quarantined``).
"""

from tocsin.evidence.quarantine.files import MOST, File, bundled, file_of, files
from tocsin.evidence.quarantine.mends import By, Drafted, draft, keep
from tocsin.evidence.quarantine.release import Released, release
from tocsin.evidence.quarantine.rows import Opened, Row, mend_in, opened
from tocsin.evidence.quarantine.undo import Undone, undo

__all__ = [
    "MOST",
    "By",
    "Drafted",
    "File",
    "Opened",
    "Released",
    "Row",
    "Undone",
    "bundled",
    "draft",
    "file_of",
    "files",
    "keep",
    "mend_in",
    "opened",
    "release",
    "undo",
]
