"""What went wrong, for the person at the terminal."""

FAILED, INTERRUPTED = 1, 130


class Failure(Exception):
    """A sentence for stderr, and the exit code: 1 it failed, 2 not understood, 130 interrupted."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code
