"""Faults put into nights and review work, and what is judged after each."""
