"""Files and responses become `Page` records: one format a file, bytes in, records out."""
