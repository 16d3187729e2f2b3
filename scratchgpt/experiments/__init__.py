"""Longer runs behind the lessons and the bundled model: one command each."""
