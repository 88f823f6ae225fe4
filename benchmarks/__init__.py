"""Benchmarks: each prints a table. Run all with `python -m benchmarks`, one with `python -m benchmarks turn`."""
