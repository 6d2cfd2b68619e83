"""`hotline status`: how the PBX, the counts and the database are; asks the running desk if any."""

import asyncio
import json
from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from console import __version__
from console.cli.start import configured, reading, seen_at
from console.config import Config
from console.desk.queries import CountCalls, Gap, Gaps
from console.desk.snapshot import FeedHealth
from console.one_desk import file_of, holder
from console.settings.site import Feed, Site


def status(given: Namespace) -> int:
    """Print the state; a database that can't be read is a failure."""
    config = configured(given)
    told = asyncio.run(_told(config))
    if given.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join(_lines(told, config.site)))
    return 0


async def _told(config: Config) -> dict[str, Any]:
    file = file_of(config.database)
    seen = await seen_at(file) if file else None
    async with reading(config) as store:
        gaps = await store.ask(Gaps(limit=20))
        total = await store.ask(CountCalls())
        counted = await store.open_count()
        undelivered = await store.undelivered()
    counts = seen.counts if seen else None
    feeds = [_feed(one) for one in seen.feeds] if seen else [_unheard(one) for one in config.feeds]
    return {
        "version": __version__,
        "site": config.site.name,
        "running": seen is not None,
        "pid": holder(file) if file else None,
        "feed": feeds[0] if feeds else None,
        "feeds": feeds,
        "gaps": [_gap(gap) for gap in gaps],
        "counts": {
            "ringing": counts.ringing if counts else None,
            "waiting": counts.waiting if counts else None,
            "talking": counts.talking if counts else None,
            "parked": counts.parked if counts else None,
            "open": counted,
            "stored": total.count,
            "undelivered": undelivered,
        },
        "database": {
            "file": str(file) if file else None,
            "bytes": file.stat().st_size if file and file.exists() else None,
        },
    }


def _feed(feed: FeedHealth) -> dict[str, Any]:
    return {
        "name": feed.name,
        "state": feed.lamp.value,
        "since": _utc(feed.since),
        "why": feed.why or None,
        "pbx_version": feed.version or None,
        "suspicious": feed.suspicious,
    }


def _unheard(feed: Feed) -> dict[str, Any]:
    """A PBX to which no console listens now."""
    unknown = dict.fromkeys(("state", "since", "why", "pbx_version", "suspicious"))
    return {"name": feed.name} | unknown


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "feed": gap.feed,
        "since": _utc(gap.since),
        "until": _utc(gap.until) if gap.until else None,
        "why": gap.why or None,
    }


def _utc(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local(at: str, site: Site) -> str:
    """As the other commands write a time for people."""
    return datetime.fromisoformat(at).astimezone(site.zone).strftime("%Y-%m-%d %H:%M:%S")


def _lines(told: dict[str, Any], site: Site) -> list[str]:
    counts, database = told["counts"], told["database"]
    running = f"runs (process {told['pid']})" if told["running"] else "does not run"
    lines = [f"{told['site']}: the console {running}, version {told['version']}"]
    for feed in told["feeds"]:
        since = _local(feed["since"], site) if feed["state"] else ""
        state = f"{feed['state']} since {since}" if since else "nobody listens"
        version = f", Asterisk {feed['pbx_version']}" if feed["pbx_version"] else ""
        why = f": {feed['why']}" if feed["why"] else ""
        lines.append(f"  {feed['name']:<12} {state}{version}{why}")
    if told["running"]:
        live = ", ".join(f"{counts[one]} {one}" for one in ("ringing", "waiting", "talking"))
        lines.append(f"  now          {live}")
    lines.append(f"  calls        {counts['stored']} stored, {counts['open']} open")
    lines.append(f"  database     {database['file']}, {(database['bytes'] or 0) // 1000} kB")
    for gap in told["gaps"][:5]:
        since, until = _local(gap["since"], site), gap["until"]
        until = _local(until, site) if until else "now"
        lines.append(f"  not heard    {since} to {until}: {gap['feed']}, {gap['why']}")
    return lines
