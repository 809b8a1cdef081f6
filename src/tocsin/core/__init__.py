"""What every room may use: time, months, places, numbers in words, errors, the context, and a file written whole.

Takes in nothing and gives out plain values. No room is imported from here, and nothing here reads or writes but
``files``, which writes the bytes it is handed where it is told.
"""
