"""Many rows a few hundred at a time: a statement takes only so many values."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

_MOST_AT_ONCE = 500
_T = TypeVar("_T")


def portions(rows: Sequence[_T]) -> Iterable[Sequence[_T]]:
    """The rows in their order, at most 500 at a time."""
    return (rows[i : i + _MOST_AT_ONCE] for i in range(0, len(rows), _MOST_AT_ONCE))
