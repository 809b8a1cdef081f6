"""Documents that publishers list: what was said of a place, by whom, when and where it can be read. No figures."""

from tocsin.evidence.documents.schema import DOCUMENTS, KEYS, shaped

__all__ = ["DOCUMENTS", "KEYS", "shaped"]
