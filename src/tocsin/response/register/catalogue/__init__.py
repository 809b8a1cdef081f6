"""What a home adds to the catalogue: options proposed, reviewed and published, sources withdrawn, studies counted.

The register decides; ``following.agree`` writes what it says into the data folder, where ``catalog.library`` reads it.
"""
