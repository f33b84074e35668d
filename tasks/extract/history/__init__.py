"""How far back a source reaches, and which way: pure decisions for backfills. `tasks.network.history` walks."""
