"""The ledger: an append-only Merkle log, signed checkpoints, and a verifier that trusts nobody.

Takes in bodies (plain JSON values) and gives out leaves, roots, proofs, signed notes and a text export.
No Django, and no reading or writing of files outside ``keys`` and ``export``. Must not import anything above
``core``. ``verify.py`` imports nothing but the standard library, not even this package: it is handed to
strangers, and it is a second writing of the same rules, so that an error in one is found by the other.
"""
