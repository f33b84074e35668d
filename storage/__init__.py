"""The lake and its ledger. Imports nothing else of ours, no Prefect and no spaCy."""
