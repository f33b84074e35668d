"""Files as a source: the shell that walks, reads and unpacks. What a file holds is decided in `tasks.extract`."""
