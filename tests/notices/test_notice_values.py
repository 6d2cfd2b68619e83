"""What the words of notices are given, and that the list for their editor is that."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from console.calls.words import Outcome
from console.desk.records import Note
from console.notices.notice_values import notice_values
from console.notices.summaries import summary
from console.settings.notices import Mail
from console.wording.fields import NOTICE_FIELDS
from tests.notices.samples import ANNA, BERG, NUMBER, PLAN, T0, minutes, unanswered

NOW = (T0 + minutes(5)).astimezone(ZoneInfo("Europe/Berlin"))


def test_the_editor_lists_exactly_the_fields_that_there_are() -> None:
    values = notice_values([unanswered()], BERG, ANNA, Mail(), NOW, PLAN)
    given = {f"{group}.{name}" for group, fields in values.items() for name in fields}
    assert given == {name for name, _ in NOTICE_FIELDS}
    described = dict(NOTICE_FIELDS)["notice.calls"]
    assert all(name in described for name in values["notice"]["calls"][0])


def test_several_calls_and_their_notes() -> None:
    records = [
        unanswered(
            "1", T0 - timedelta(days=1, minutes=10), outcome=Outcome.BUSY, rang=0, waited=60
        ),
        unanswered("2", notes=(Note("Eva", T0, "two\nlines"),)),
    ]
    notice = notice_values(records, BERG, None, Mail(link="callto:"), NOW, PLAN)["notice"]
    assert notice == {
        "calls": [
            {
                "when": "23 Nov 14:48",
                "why": "all busy",
                "rang": "0 s, waited 60 s",
                "company": "Kanzlei Berg",
            },
            {"when": "14:58", "why": "gave up", "rang": "12 s", "company": "Kanzlei Berg"},
        ],
        "count": 2,
        "count_words": "2 unanswered calls",
        "since": "since 23 Nov 14:48",
        "notes": ["two lines"],
        "link": f"callto:{NUMBER}",
    }


def test_names_that_the_directory_has_no_more_are_those_of_the_call() -> None:
    record = unanswered(name="maybe Anna")
    values = notice_values([record], None, None, Mail(), NOW, PLAN)
    assert values["caller"]["name"] == "maybe Anna"
    assert values["called"]["name"] == "Kanzlei Berg"
    assert "operator" not in values


def test_a_hidden_caller_has_no_link() -> None:
    values = notice_values([unanswered(number=None)], BERG, None, Mail(), NOW, PLAN)
    assert values["notice"]["link"] == ""


def test_a_summary_of_a_storm() -> None:
    records = [
        unanswered(str(place), T0 + timedelta(seconds=place), number=f"+4930111{place:04}")
        for place in range(2_000)
    ]
    made = summary(records, NOW, PLAN)
    assert made["subject"] == "2,000 unanswered calls, 14:58 to 15:31"
    assert " 2,000  Kanzlei Berg" in made["text"]
    assert "and 1,800 more" in made["text"]
    assert made["text"].count("\n") < 220
    assert made["sms"] == "2,000 unanswered calls, 14:58 to 15:31: 2,000 for Kanzlei Berg"
    hostile = summary([unanswered(name="<b>\x1b", company=None, called=None)], NOW, PLAN, more=True)
    assert "<b>" not in hostile["html"].replace("<p>", "")
    assert "\x1b" not in hostile["text"]
    assert hostile["subject"] == "more than 1 unanswered call, 14:58"
