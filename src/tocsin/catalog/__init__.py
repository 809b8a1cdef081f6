"""What Tocsin knows, as files a reviewer can read, and the schema that checks them.

Takes in nothing; gives out checked values: ``catalog.library``, and the loader of each other kind.
Data files stand beside the loaders, a folder a kind. May import ``core`` alone.
"""
