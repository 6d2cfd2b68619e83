"""Writes a list of calls into a CSV file, page by page, without stopping the screen."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.desk.export import CSV_COLUMNS, as_csv_row, csv_line
from console.desk.queries import CallPage, Filter, Page
from console.tui.call_window import key_of

ROWS = 500


async def write_csv(
    path: Path,
    fetch: Callable[[CallPage], Awaitable[Page]],
    filter: Filter,
    zone: ZoneInfo,
    now: datetime,
    *,
    replace: bool = False,
) -> int:
    """Write every call of a filter, newest first; returns how many.

    The file appears only when it is whole, and only its owner may read it: calls are about people.
    Raises FileExistsError if it is there and not to be replaced, OSError if it can't be written.
    """
    part = path.with_name(f"{path.name}.part")
    count = 0
    query = CallPage(filter, limit=ROWS)
    # Spreadsheets know UTF-8 by its mark.
    text = "\ufeff" + csv_line(CSV_COLUMNS)
    try:
        await asyncio.to_thread(_begin, part)
        while True:
            page = await fetch(query)
            text += "".join(csv_line(as_csv_row(row, zone, now)) for row in page.rows)
            await asyncio.to_thread(_append, part, text)
            count += len(page.rows)
            if len(page.rows) < query.limit:
                break
            text = ""
            query = CallPage(filter, before=key_of(page.rows[-1]), limit=ROWS)
        await asyncio.to_thread(_finish, part, path, replace)
    finally:
        _discard(part)
    return count


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)


def _begin(part: Path) -> None:
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))


def _append(part: Path, text: str) -> None:
    with part.open("a", encoding="utf-8", newline="") as file:
        file.write(text)


def _finish(part: Path, path: Path, replace: bool) -> None:
    if replace:
        part.replace(path)
    else:
        try:
            os.link(part, path)  # unlike a rename, this never replaces what came there meanwhile
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if path.exists():
                raise FileExistsError(path) from None
            part.replace(path)
