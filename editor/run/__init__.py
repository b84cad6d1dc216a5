"""Training for the window: a process beside it trains, and what it computes comes back here.

``worker`` and all it imports know nothing of Qt, so that the training process starts fast and small. That is why
this file imports nothing: take ``RunController`` from ``editor.run.controller``, ``RunHistory`` from
``editor.run.history``.
"""
