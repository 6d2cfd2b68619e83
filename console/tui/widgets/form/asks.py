"""The question that a form has before it goes on."""

from collections.abc import Callable, Sequence

from textual.message import Message


class Asks(Message):
    """Something must be known; `then` is told the chosen key, and nothing for Esc."""

    def __init__(
        self,
        title: str,
        words: str,
        choices: Sequence[tuple[str, str]],
        then: Callable[[str], None],
        stay: str = "leaves",
    ) -> None:
        """`choices` are (key, words); `stay` says what Esc does."""
        super().__init__()
        self.title = title
        self.words = words
        self.choices = tuple(choices)
        self.then = then
        self.stay = stay
