"""Exercises: a chain of dated items played by several people on the real desk of a copied home, then debriefed.

``run`` starts one, gives its injects and ends it; ``debrief`` scores what the players did; ``gaps`` takes its findings
into the register of gaps of the home that was copied. What became of an item in truth is read by the debrief alone.
"""
