"""By which keys a text is found again: MinHash bands for the whole, fingerprints for its passages.

Bands (Broder 1997; Leskovec et al., Mining of Massive Datasets, 3.4) find a text that was touched everywhere:
with b bands of r rows two texts of resemblance J share a key with probability 1 - (1 - J^r)^b. Fingerprints
(winnowing; Schleimer, Wilkerson and Aiken 2003) find a passage that stands in both, whatever surrounds it: of every
window of consecutive runs the least is kept, so that a common passage of window + run - 1 words always has a key in
common. Of the runs within lines the least of all are kept too (a bottom-k sketch; Broder 1997): in prose those are
fingerprints already, and of a table or a list they stay the same in whatever order its lines stand.
"""

from __future__ import annotations

import numpy as np
from rensa import RMinHash

from tasks.extract.duplicates.shingles import Hashes, Words, folded, runs, within_lines

BANDS, ROWS, SEED = 16, 3, 1997
WINDOW, RUN = 40, 6
"""Runs in a window and words in each of them."""
LEAST = 8
MOST_FINGERPRINTS = 256
"""Of a very long text the least ones are kept: then the same ones of a common passage."""


def keys(words: Words, spread: Hashes) -> tuple[int, ...]:
    """The keys of a text, sorted, as signed 64-bit numbers; `spread` are its shingles for the whole."""
    if not len(words.hashes):
        return ()
    all_runs = runs(words.hashes, RUN)
    least = np.unique(within_lines(words, all_runs, RUN))[:LEAST]
    found = np.concatenate([_bands(spread), _fingerprints(all_runs), least])
    return tuple(np.unique(found).view(np.int64).tolist())


def _bands(spread: Hashes) -> Hashes:
    distinct = np.unique(spread)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(distinct, [0, len(distinct)], BANDS * ROWS, SEED)
    signature = np.array(matrix.to_rows()[0], np.uint64).reshape(BANDS, ROWS)
    # The number of the band goes into its key, so that different bands do not meet.
    return folded([np.arange(BANDS, dtype=np.uint64), *signature.T])


def _fingerprints(all_runs: Hashes) -> Hashes:
    windows = np.lib.stride_tricks.sliding_window_view(all_runs, min(WINDOW, len(all_runs)))
    least: Hashes = np.unique(windows.min(axis=1))[:MOST_FINGERPRINTS]
    return least
