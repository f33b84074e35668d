"""Pure functions: bytes, text or a spaCy Doc in, records out. No Prefect, files, network or clock."""
