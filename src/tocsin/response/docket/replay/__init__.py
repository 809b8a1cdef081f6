"""Replays: dated chains of what was said and happened, fed through the chain on a moved clock.

``items`` reads them, ``reach`` says which of them anybody on the chain could know, ``disturb`` mixes in noise and
spoils codes, ``chain`` runs them through readers, tripwires and directive in a register that is thrown away, ``score``
reads off what came of it. No rule sees a word of an item, its fate, or a later item.
"""
