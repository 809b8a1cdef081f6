"""Four agendas that share words and people: conflict prevention, peacebuilding, protection of civilians, atrocity
prevention. Where they overlap, where they pull apart, and which option serves or may harm which (M68).
"""

from tocsin.catalog.agendas.reading import book, check, tags
from tocsin.catalog.agendas.schema import Agenda, Book, Pair, Tag, Tension
from tocsin.catalog.agendas.view import Pull, View, view

__all__ = ["Agenda", "Book", "Pair", "Pull", "Tag", "Tension", "View", "book", "check", "tags", "view"]
