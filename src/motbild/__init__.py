"""Motbild watches posts for known false narratives and gives sourced facts to answer with."""
