"""What an import brought, for people and for scripts; and how far it is, for who waits."""

import json
import sys

from console.calls.text import clean
from console.cli.changing import Watch
from console.cli.directory_json import report_json
from console.desk.contacts import SyncProgress, SyncReport
from console.people.skipped import Skipped

SHOWN = 20


def say(report: SyncReport, summary: str, *, as_json: bool, **more: object) -> None:
    """Print the report: the summary and, on stderr, what was left out; or all as JSON.

    `more` stands before the report's keys in the JSON.
    """
    if as_json:
        print(json.dumps(more | report_json(report), ensure_ascii=False))
        return
    print(summary)
    for skipped in report.skipped[:SHOWN]:
        print(_line(skipped), file=sys.stderr)
    # Warnings are listed, and not counted as left out.
    count = max(report.left_out, len(report.skipped))
    if (rest := count - min(len(report.skipped), SHOWN)) > 0:
        print(f"... and {rest:,} more", file=sys.stderr)


def _line(skipped: Skipped) -> str:
    where = f"{skipped.file}, line {skipped.line}" if skipped.line else skipped.file
    # A source may name a server's entry here; it is text from outside all the same.
    return f"{clean(where, 300)}: {clean(skipped.reason, 500)}"


def watching(source: str) -> Watch | None:
    """Shows on a terminal how far the reading of a source is; None where nobody looks."""
    if not sys.stderr.isatty():
        return None
    shown = ""

    def watch(syncs: tuple[SyncProgress, ...]) -> None:
        nonlocal shown
        now = next((_progress(one) for one in syncs if one.name == source), "")
        if now != shown:
            shown = now
            # Back to the line's beginning, and clear it.
            sys.stderr.write(f"\r\x1b[K{now}")
            sys.stderr.flush()

    return watch


def _progress(sync: SyncProgress) -> str:
    of = f" of {sync.total:,}" if sync.total else ""
    return f"{clean(sync.name, 40)}: {sync.stage} {sync.done:,}{of}"
