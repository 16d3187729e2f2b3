"""Measuring ours beside other programs, in turn: what `python -m scratchgpt.bench` runs.

In reading order: rows (what is measured), material (what on), process (one program, one process), run (the
programs in turn), report (the table); ours and peers hold each side's work, ceilings and machine what both
run on.
"""
