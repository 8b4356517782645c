"""Puts the parts together: the one place that knows which adapter serves which stage.

One module a concern, so that a command imports what it needs and no more.
"""
