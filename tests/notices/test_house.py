"""The whole house: a call ends, and a mail is at a real server's; all of it by the desk."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

from console.calls import events as ev
from console.calls.words import Direction
from console.clock import SystemClock, utc_now
from console.desk.commands import ChangeSettings, Done, SaveContact, WriteNote
from console.desk.notice import NoticeState
from console.desk.notices import DryRun, ListNotices, PreviewNotice, TrySending
from console.people.values import Contact
from console.settings.live import stored
from console.settings.site import Site
from console.settings.words import Words
from console.wiring import Play, at_work, seated
from tests.desk.front import ANNA, EVA
from tests.notices.office import until
from tests.servers.smtp_server import smtp_server


async def test_from_the_call_to_the_mail(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"
    play = Play(Site(time_zone="Europe/Berlin"), database, (), SystemClock(), EVA)
    async with smtp_server() as server, at_work(play) as home:
        await seated(home, EVA)
        door = home.desk.door(EVA)
        there = {
            "host": "127.0.0.1",
            "port": server.port,
            "security": "none",
            "sender": "calls@desk.example",
        }
        tried = await door.ask(TrySending("mail_server", there, "front@desk.example"))
        assert tried.ok, tried.words
        for section, values in {
            "mail_server": there,
            "mail": {"send": True, "to": ["front@desk.example"]},
            "exceptions": {"grace_seconds": 1, "seconds": 0},
        }.items():
            assert isinstance(await door.do(ChangeSettings(section, values)), Done)
        contact = Contact(
            "Anna Muster", ((ANNA.number or "", "work"),), emails=("anna@muster.example",)
        )
        await door.do(SaveContact(contact))
        home.desk.hear(
            [
                ev.Arrived("1", "pbx", Direction.INBOUND, ANNA, "+4930222000"),
                ev.Rang("1", "a", "101"),
                ev.HungUp("1"),
            ],
            utc_now(),
        )
        await home.desk.quiet()
        await door.do(WriteNote("1", "wants an offer"))

        async def came() -> bool:
            return len(server.seen.mails) == 2

        await until(came, 15)

        async def told() -> bool:
            notices = await door.ask(ListNotices())
            return [each.state for each in notices] == [NoticeState.SENT]

        await until(told, 5)
        words = stored(door.snapshot.settings, "words")
        previewed = await door.ask(PreviewNotice(words, "1"))
        ran = await door.ask(DryRun("exceptions", {"seconds": 0, "hidden": True}))
        assert [one.tells for one in ran.calls] == [True]
        mail = message_from_bytes(server.seen.mails[-1].original_content or b"", policy=policy.SMTP)
        assert mail["Subject"] == previewed.made["subject"]
        assert mail["Reply-To"] == "Anna Muster <anna@muster.example>"
        assert mail["Auto-Submitted"] == "auto-generated"
        bodies = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
        assert bodies == ["text/plain", "text/html", "text/vcard"]
        assert "wants an offer" in mail.get_body(("plain",)).get_content()
        assert words == Words().model_dump(mode="json")


async def test_nothing_is_owed_or_sent_in_a_replay(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"
    play = Play(Site(), database, (), SystemClock(), EVA, automatic=False)
    async with at_work(play) as home:
        await seated(home, EVA)
        door = home.desk.door(EVA)
        await door.do(ChangeSettings("mail", {"send": True, "to": ["front@desk.example"]}))
        arrived = ev.Arrived("1", "pbx", Direction.INBOUND, ANNA, "+4930222000")
        home.desk.hear([arrived, ev.HungUp("1")], utc_now())
        await home.desk.quiet()
        await asyncio.sleep(0)
        assert await home.store.next_at() is None


async def test_a_call_that_a_single_command_finds_lost_is_owed_a_notice(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"
    play = Play(Site(), database, (), SystemClock(), EVA)
    async with at_work(play) as home:
        await seated(home, EVA)
        mail = {"send": True, "to": ["front@desk.example"]}
        await home.desk.door(EVA).do(ChangeSettings("mail", mail))
        arrived = ev.Arrived("1", "pbx", Direction.INBOUND, ANNA, "+4930222000")
        home.desk.hear([arrived, ev.Rang("1", "a", "101")], utc_now())
        await home.desk.quiet()
    async with at_work(replace(play, automatic=False)) as home:
        await home.desk.quiet()
    with closing(sqlite3.connect(tmp_path / "hotline.db")) as sql:
        assert sql.execute("SELECT call_id FROM owed").fetchall() == [("1",)]
