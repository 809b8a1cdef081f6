"""WING TWO: warnings in, decisions out.

Takes in run folders (files) and acts of people; gives out docket items, messages and ledger entries.
May import ``core``, ``catalog``, ``ledger``, ``tripwires`` and ``options``; never ``evidence``.
"""
