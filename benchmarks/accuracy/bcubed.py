"""B-cubed precision, recall and F1 of a clustering (Bagga and Baldwin 1998)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def bcubed(found: Mapping[str, str], true: Mapping[str, str]) -> tuple[float, float, float]:
    """Mean over the items of what share of their cluster belongs there, and of what belongs there is in it.

    Both map the same items to the names of clusters.
    """
    both = Counter((found[item], true[item]) for item in true)
    sizes, wanted = Counter(found[item] for item in true), Counter(true.values())
    precision = sum(count * count / sizes[cluster] for (cluster, _), count in both.items()) / len(true)
    recall = sum(count * count / wanted[cluster] for (_, cluster), count in both.items()) / len(true)
    return precision, recall, 2 * precision * recall / (precision + recall)
