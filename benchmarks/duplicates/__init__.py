"""How well and how fast articles that repeat others are found; `python -m benchmarks.duplicates --help`."""
