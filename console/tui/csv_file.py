"""Writes a list of calls into a CSV file, page by page, without stopping the screen."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.desk.export import CSV_COLUMNS, as_csv_row, csv_line
from console.desk.queries import CallPage, Filter, Page
from console.tui.call_window import key_of
from console.tui.new_file import NewFile

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
    file = NewFile(path, replace=replace)
    count = 0
    query = CallPage(filter, limit=ROWS)
    # Spreadsheets know UTF-8 by its mark.
    text = "\ufeff" + csv_line(CSV_COLUMNS)
    try:
        await asyncio.to_thread(file.begin)
        while True:
            page = await fetch(query)
            text += "".join(csv_line(as_csv_row(row, zone, now)) for row in page.rows)
            await asyncio.to_thread(file.append, text.encode())
            count += len(page.rows)
            if len(page.rows) < query.limit:
                break
            text = ""
            query = CallPage(filter, before=key_of(page.rows[-1]), limit=ROWS)
        await asyncio.to_thread(file.finish)
    finally:
        file.discard()
    return count
