"""What somebody types to find contacts, as beginnings of words that must or must not be there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from console.calls.text import fold
from console.people.staging import WORD
from console.store.search import LONGEST, is_number, only_digits

# Beginnings of words that must all be there.
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Something typed: one of `either` must be there; or none of them, if it is excluded."""

    either: tuple[Words, ...]
    excluded: bool = False

    @property
    def longest(self) -> int:
        """The length of its longest beginning."""
        return max(len(word) for words in self.either for word in words)


def contact_terms(text: str) -> tuple[Term, ...]:
    """The terms of a search, the first of them not excluded; empty if nothing narrows.

    Numbers are found as people write them: "0170 12", "+49 (0)170 12", "10115".
    """
    text = text[:LONGEST].strip()
    if is_number(text):
        return tuple(_number(text.split()))
    terms: list[Term] = []
    for are_numbers, pieces in groupby(text.split(), key=_is_number):
        if are_numbers:
            terms += _number(list(pieces))
        else:
            for piece in pieces:
                terms += _word(piece, excluded=piece.startswith("-") and bool(terms))
    return tuple(terms)


def _is_number(piece: str) -> bool:
    # "-170" excludes, as "-anna" does.
    return is_number(piece) and not piece.startswith("-")


def _word(piece: str, *, excluded: bool) -> Iterator[Term]:
    words = tuple(dict.fromkeys(WORD.findall(fold(piece))))
    if not words:
        return
    if is_number(piece):
        yield from (Term(term.either, excluded) for term in _number([piece]))
    else:
        yield Term((words,), excluded)


def _number(pieces: Sequence[str]) -> Iterator[Term]:
    """One number however it is spaced, with or without the zeros before it; or several."""
    typed = [only_digits(piece.replace("(0)", "")) for piece in pieces]
    whole = "".join(typed)
    if not whole:
        return
    either: list[Words] = [(whole.lstrip("0") or "0",), (whole,)]
    if not pieces[0].startswith("+"):
        either.append(tuple(dict.fromkeys(filter(None, typed))))
    yield Term(tuple(dict.fromkeys(either)))
