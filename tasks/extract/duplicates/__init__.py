"""Which articles repeat the text of others: sketches of texts, and rows of `duplicates` from comparing them.

Pure: what is known of earlier articles goes in as sketches, `storage.sketches` keeps them.
"""

from tasks.extract.duplicates.candidates import candidates, joined
from tasks.extract.duplicates.near_duplicates import age, is_doubtful, near_duplicates, reconsidered
from tasks.extract.duplicates.revisions_in_batch import Repeated, newest_revisions
from tasks.extract.duplicates.sketch import VERSION as SKETCH_VERSION
from tasks.extract.duplicates.sketch import sketch

__all__ = [
    "SKETCH_VERSION",
    "Repeated",
    "age",
    "candidates",
    "is_doubtful",
    "joined",
    "near_duplicates",
    "newest_revisions",
    "reconsidered",
    "sketch",
]
