"""Faults done to a real lake by real means: processes are killed, disks are full. `python -m benchmarks.faults`."""
