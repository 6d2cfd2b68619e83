"""What went wrong, for the person at the terminal."""


class Failure(Exception):
    """A sentence for stderr, and the exit code: 1 it failed, 2 it was not understood."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code
