import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.directory.zones import Zones

BERLIN = ZoneInfo("Europe/Berlin")
WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.fixture
async def zones() -> Zones:
    zones = Zones()
    await zones.warm()
    return zones


@pytest.mark.parametrize(
    ("number", "there"),
    [
        ("+493023125500", ""),
        ("+442079460120", "Europe/London"),
        ("+12125550100", "America/New_York"),
        ("+331709900123", ""),  # another zone, but the same time
        ("+61412345678", ""),  # a mobile phone may be in any of eight
        ("+18005550100", ""),
        ("+80012345678", ""),
        ("+999", ""),
        ("112", ""),
        ("", ""),
    ],
)
async def test_the_time_there_is_told_where_it_is_sure_and_another(
    zones: Zones, number: str, there: str
) -> None:
    assert zones.there(number, WINTER, BERLIN) == there


async def test_it_is_the_offset_of_now_that_counts(zones: Zones) -> None:
    lagos = "+2348031234567"
    assert zones.there(lagos, WINTER, BERLIN) == ""
    assert zones.there(lagos, SUMMER, BERLIN) == "Africa/Lagos"


async def test_nothing_is_known_before_it_is_warm() -> None:
    assert Zones().there("+442079460120", WINTER, BERLIN) == ""


def test_the_zones_are_not_loaded_with_the_module() -> None:
    import subprocess

    look = "import console.directory.lookup, sys; print('phonenumbers.tzdata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
