"""How a process that opens one index after another keeps its size, where there is a GNU C library.

Chroma starts threads for each index that it opens, and the C library gives new threads heaps of
their own, up to eight for each processor: a process grew by half through its first 25 indexes.
"""

import contextlib
import ctypes
import gc

_MOST_HEAPS = -8  # M_ARENA_MAX in malloc.h
_HEAPS = 2


def keep_few_heaps() -> None:
    """Has threads that are started from now on share their heaps."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_MOST_HEAPS, _HEAPS)


def return_memory() -> None:
    """Gives back what is free: reading something large takes as much again for a moment.

    Also what only points at itself, such as an index that was exchanged and Chroma's part in it.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
