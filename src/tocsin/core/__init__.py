"""What every room may use: time, months, places, numbers in words, errors, the context.

Takes in nothing and gives out plain values. No room is imported from here and nothing here reads or writes.
"""
