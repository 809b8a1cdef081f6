"""Wing one: evidence in, warnings out.

Takes in publishers' bytes and the catalogue; gives out run folders (``refresh``), which is all the other wing reads.
A library: no Django, no web process, usable in a notebook. May import ``tripwires``, ``ledger``, ``catalog``, ``core``.
"""
