"""What two versions of an annotator make of the same texts, side by side. Pure; nothing here is stored."""
