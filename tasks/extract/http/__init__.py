"""Decisions about requests and responses: pure, with the clock as an argument. `tasks.network` carries them out."""
