"""A file that only its owner may read, whole or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from console.cli.failure import Failure

STDOUT = Path("-")


def write_private(file: Path, text: str, *, fresh: bool = False) -> str:
    """Write a file that only its owner may read; "" or why not, in a sentence.

    `fresh` refuses to write over a file that is there.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if fresh:
            # A link can't replace: whoever made the file in the meantime keeps it.
            os.link(part, file)
        else:
            part.replace(file)
    except FileExistsError:
        return f"{file} is there already; it was left as it is."
    except OSError as failed:
        return f"{file} can't be written: {failed.strerror}."
    finally:
        part.unlink(missing_ok=True)
    return ""


@contextmanager
def private_output(file: Path) -> Iterator[BinaryIO]:
    """Where bytes are written that replace a file at the end of the block; "-" is stdout.

    If the block fails the file stays as it was. Raises Failure if it can't be written.
    """
    if file == STDOUT:
        yield sys.stdout.buffer
        return
    part = file.with_name(f"{file.name}.part")
    try:
        if file.exists() and not file.is_file():
            # A pipe or a device is written, never replaced.
            with file.open("wb") as out:
                yield out
            return
        try:
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                yield out
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except OSError as failed:
        raise Failure(f"{file} can't be written: {failed.strerror}") from None
