"""Events as publishers report them, and the one event that several reports are of.

Takes in the ``events`` table of a reading (``schema.EVENTS``); gives out events with all their reports. What people
judged of them is handed in: this room knows no register.
"""
