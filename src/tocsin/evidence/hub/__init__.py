"""The hub: forecasts made elsewhere come in, are judged by one set of rules, scored on the same rows, and pooled.

Takes in a file and what its makers say of it (``metadata``), in one of four shapes (``readers``); checks everything at
once (``check``) and keeps what holds, byte for byte, under ``<home>/hub/<model_id>/<origin>/`` (``shelf``). Gives out
scores beside our own models (``score``) and a pool with weights learned on the past only (``ensemble``). Our own
forecasts pass the same rules. Must not import tripwires or anything below evidence.
"""
