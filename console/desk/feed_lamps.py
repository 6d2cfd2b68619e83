"""How each feed is, from what the feeds say of themselves; and the gaps to be stored."""

from dataclasses import replace
from datetime import datetime, timedelta

from console.calls import events as ev
from console.desk.changes import Change, CloseGap, OpenGap
from console.desk.snapshot import FeedHealth, Lamp

# So long the header says that the PBX was restarted.
RESTART_SHOWN = timedelta(minutes=5)


class FeedLamps:
    """One lamp a feed."""

    def __init__(self, feeds: tuple[str, ...], now: datetime) -> None:
        self._lamps = {name: FeedHealth(name, Lamp.CONNECTING, now) for name in feeds}
        self._boots: dict[str, str] = {}

    def all(self) -> tuple[FeedHealth, ...]:
        """The lamps, in the order the feeds are configured."""
        return tuple(self._lamps.values())

    @property
    def restless(self) -> bool:
        """Whether a lamp shows a time that runs, or goes out by itself."""
        return any(lamp.lamp is not Lamp.CONNECTED for lamp in self._lamps.values())

    def hear(self, event: ev.CallEvent, at: datetime) -> list[Change]:
        """Set the lamps; the answer is what has to be stored."""
        match event:
            case ev.FeedLost(feed, why, silent):
                since = at - timedelta(seconds=silent)
                self._lost(feed, why, since)
                return [OpenGap(feed, since, why)]
            case ev.FeedBack(feed, boot, version):
                self._back(feed, boot, version, at)
                return [CloseGap(feed, at)]
            case ev.Suspicious(feed, _):
                lamp = self._lamp(feed, at)
                self._lamps[feed] = replace(lamp, suspicious=lamp.suspicious + 1)
        return []

    def tick(self, now: datetime) -> None:
        """Let the news of a restart fade."""
        for name, lamp in self._lamps.items():
            if lamp.lamp is Lamp.RESTARTED and lamp.since + RESTART_SHOWN <= now:
                self._lamps[name] = replace(lamp, lamp=Lamp.CONNECTED)

    def _lamp(self, feed: str, at: datetime) -> FeedHealth:
        return self._lamps.get(feed) or FeedHealth(feed, Lamp.CONNECTING, at)

    def _lost(self, feed: str, why: str, since: datetime) -> None:
        lamp = self._lamp(feed, since)
        # A retry that fails again does not shorten the silence.
        since = lamp.since if lamp.lamp is Lamp.SILENT else since
        self._lamps[feed] = replace(lamp, lamp=Lamp.SILENT, since=since, why=why)

    def _back(self, feed: str, boot: str | None, version: str | None, at: datetime) -> None:
        lamp = self._lamp(feed, at)
        restarted = boot is not None and self._boots.get(feed, boot) != boot
        if boot is not None:
            self._boots[feed] = boot
        if lamp.lamp in (Lamp.CONNECTED, Lamp.RESTARTED) and not restarted:
            return
        self._lamps[feed] = replace(
            lamp,
            lamp=Lamp.RESTARTED if restarted else Lamp.CONNECTED,
            since=at,
            why="",
            version=version or lamp.version,
        )
