"""Published documents as chains: a quick memo, the fuller report after it, and what became of each finding (M83).

Models are imported from ``documents.models``; acts from ``enter``, ``answers``, ``carried``; reading from ``show``.
"""
