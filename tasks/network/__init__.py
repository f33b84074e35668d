"""The network as a source: the shell that resolves, connects and reads. What to do is decided in `tasks.extract`."""
