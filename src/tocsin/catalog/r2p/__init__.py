"""The responsibility to protect as a map that a machine can read: pillars, crimes, duties and lawful mechanisms (M20).

``asked`` answers a question, ``whole`` is the map, ``check`` finds every fault with file and line.
"""

from tocsin.catalog.r2p.reading import Answer, Map, asked, check, whole

__all__ = ["Answer", "Map", "asked", "check", "whole"]
