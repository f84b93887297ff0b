"""Which series are solved together: those of one set of known dates share their matrices."""

from collections.abc import Iterator

import numpy as np

# Enough series to make the numpy calls cheap, few enough to keep the arrays in tens of megabytes.
SHARED_BATCH = 256
OWN_BATCH = 64
# From this many series on, one set of matrices for all pays.
WORTH_SHARING = 8


def batches(known: np.ndarray) -> Iterator[np.ndarray]:
    """Yield row numbers of series (n, T) that may be solved together, every series once.

    Series that share their known dates come together; the others bring their own matrices.
    """
    _, group, size = np.unique(np.packbits(known, axis=1), axis=0, return_inverse=True, return_counts=True)
    group = group.ravel()
    alone = size[group] < WORTH_SHARING
    yield from _cut(np.flatnonzero(alone), OWN_BATCH)
    for number in np.flatnonzero(size >= WORTH_SHARING):
        yield from _cut(np.flatnonzero(group == number), SHARED_BATCH)


def _cut(rows: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
