"""Measurements of speed: one module a bench, each with ``run(rows, *, say) -> list[Result]``.

A figure counts only as a ratio to something measured in the same run. Each bench makes its own data, seeded, in a
database of its own, and drops it. ``python3 manage.py bench NAME``; docs/adr/0003-search.md has an example.
"""
