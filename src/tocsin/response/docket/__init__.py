"""Questions awaiting decision: items, clocks, the ladder, the outbox, decisions, commitments.

Takes in warnings; gives out messages, lapses and decisions. Must not import ``oversight`` or the desk.
"""
