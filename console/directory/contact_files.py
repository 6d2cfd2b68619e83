"""The files of a source: which there are, in what state, and opened with care."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from console.calls.text import clean
from console.directory.heartbeat import heart
from console.directory.reading import CannotRead
from console.people.skipped import Skipped

VCARDS = frozenset({".vcf", ".vcard"})
TABLES = frozenset({".csv", ".tsv"})
# More is no folder of contacts; somebody has named a whole disk.
MOST_FILES = 1_000_000
# A share may take a while for so many.
BEAT = 1000
LONGEST_FILE = 4 * 1024**3
_NO_FILE = (
    "It is no file but a pipe, socket or device, and is left out. Remove it, or give it a name "
    "that ends otherwise."
)


class Changing(Exception):
    """The files changed while they were read: they may be half of what is meant."""


@dataclass(frozen=True, slots=True)
class ContactFile:
    """A file: where it is, what people call it, and what tells that it is another one now."""

    path: str
    name: str
    size: int
    state: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Files in a steady order, what could not be looked at, and what is left out as no file."""

    files: tuple[ContactFile, ...]
    skipped: tuple[Skipped, ...] = ()
    no_files: tuple[Skipped, ...] = ()

    def must_be_whole(self) -> None:
        """Raises CannotRead if something could not be looked at.

        Without it the rest would pass for all there is, and its contacts be removed.
        """
        if self.skipped:
            raise CannotRead(f"{self.skipped[0].file}: {self.skipped[0].reason}")

    @property
    def size(self) -> int:
        """Bytes of all."""
        return sum(file.size for file in self.files)

    def fingerprint(self) -> str:
        """Another one when a file has come, gone or changed."""
        digest = blake2b(digest_size=16)
        for file in self.files:
            digest.update(f"{file.path}\0{file.size}\0{file.state}\n".encode("utf-8", "replace"))
        for skipped in (*self.skipped, *self.no_files):
            digest.update(f"{skipped}\n".encode("utf-8", "replace"))
        return digest.hexdigest()


def find_files(path: str, wanted: frozenset[str]) -> Found:
    """The file at a path, or all below a folder whose names end so, hidden ones left out.

    Links are followed, in circles only once. Raises CannotRead if there is nothing at the path, or
    nothing of the kind.
    """
    try:
        top = os.stat(path)
    except OSError as error:
        raise CannotRead(_not_there(path, error)) from None
    if not stat.S_ISDIR(top.st_mode):
        return Found((_file(path, Path(path).name, top),))
    files: list[ContactFile] = []
    skipped: list[Skipped] = []
    no_files: list[Skipped] = []
    for file in _below(path, wanted, skipped, no_files):
        files.append(file)
        if len(files) > MOST_FILES:
            raise CannotRead(
                f"There are more than {MOST_FILES:,} files in {clean(path)}. Name the folder that "
                "has the contacts."
            )
    if not files:
        kinds = ", ".join(sorted(wanted))
        more = f" {one.file}: {one.reason}" if (one := next(iter(skipped + no_files), None)) else ""
        raise CannotRead(
            f"There is no file ({kinds}) in {clean(path)}.{more} Put one there, or name another "
            "folder."
        )
    files.sort(key=lambda file: file.path)
    # Folders list their files in no order.
    no_files.sort(key=lambda one: one.file)
    return Found(tuple(files), tuple(skipped), tuple(no_files))


def _below(
    top: str, wanted: frozenset[str], skipped: list[Skipped], no_files: list[Skipped]
) -> Iterator[ContactFile]:
    folders, seen = [top], set[tuple[int, int]]()
    looked_at = 0
    while folders:
        folder = folders.pop()
        try:
            here = os.stat(folder)
            if (here.st_dev, here.st_ino) in seen:
                continue
            seen.add((here.st_dev, here.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    looked_at += 1
                    if not looked_at % BEAT:
                        heart.beat()
                    if entry.name.startswith("."):
                        continue
                    name = os.path.relpath(entry.path, top)
                    try:
                        if entry.is_dir():
                            folders.append(entry.path)
                        elif os.path.splitext(entry.name)[1].lower() in wanted:
                            info = entry.stat()
                            if stat.S_ISREG(info.st_mode):
                                yield _file(entry.path, name, info)
                            else:
                                # It never had contacts, so that none are lost without it.
                                no_files.append(Skipped(clean(name), 0, _NO_FILE))
                        elif entry.is_symlink():
                            # One to nowhere may have been one to a folder.
                            entry.stat()
                    except OSError as error:
                        skipped.append(Skipped(clean(name), 1, why_not(error)))
        except OSError as error:
            name = folder if folder == top else os.path.relpath(folder, top)
            skipped.append(Skipped(clean(name), 1, why_not(error)))


def _file(path: str, name: str, info: os.stat_result) -> ContactFile:
    state = (info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
    return ContactFile(path, clean(name), info.st_size, state)


def open_file(file: ContactFile, longest: int = LONGEST_FILE) -> BinaryIO:
    """The file, to be read; raises CannotRead, for a pipe or device at once."""
    try:
        # Opened like any other file, a pipe would wait for somebody who writes into it.
        handle = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise CannotRead(why_not(error)) from None
    opened = os.fdopen(handle, "rb", buffering=0)
    info = os.fstat(handle)
    if not stat.S_ISREG(info.st_mode):
        opened.close()
        raise CannotRead("It is no file but a folder, pipe, socket or device. Name another one.")
    if info.st_size > longest:
        opened.close()
        raise CannotRead(
            f"It is larger than {longest / 1024**2:,.0f} MB: split it, or export fewer contacts."
        )
    return opened


def why_not(error: OSError) -> str:
    """Why a file can't be read, and what to do about it."""
    why = error.strerror or str(error)
    if isinstance(error, PermissionError):
        return (
            f"It can't be read: {why}. Give the user that the console runs as the right to, or "
            "move it elsewhere."
        )
    if isinstance(error, FileNotFoundError):
        return (
            f"It can't be read: {why}. Bring back what is missing (is a disk or share not "
            "mounted?), or remove the link to it."
        )
    return (
        f"It can't be read: {why}. Bring it back in order (the disk, the share, what a link leads "
        "to), or remove it from here."
    )


def _not_there(path: str, error: OSError) -> str:
    shown = clean(path)
    if isinstance(error, FileNotFoundError):
        return (
            f"{shown} is not there. Correct the path, or bring the folder or file back (is a disk "
            "or share not mounted?)."
        )
    if isinstance(error, PermissionError):
        return f"{shown} can't be read: {error.strerror}. Give the console's user the right to."
    return f"{shown} can't be read: {error.strerror or error}."
