"""What the lake costs, beside the layouts that were considered instead of it. `python -m benchmarks.lake`."""
