import asyncio
import contextlib
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from console.directory import place
from console.directory.place import Places
from console.directory.place_table import PlaceTable, read_table


@pytest.fixture(scope="module")
def warm() -> Places:
    places = Places()
    asyncio.run(places.warm())
    assert places.known
    return places


@pytest.mark.parametrize(
    ("number", "town"),
    [
        ("+493023125500", "Berlin"),
        ("+498999998100", "Munich"),
        ("+431231257", "Vienna"),
        ("+48225550140", "Warsaw"),
        ("+442079460120", "London"),
        ("+12125550100", "New York, NY"),
        ("+491713920012", ""),
        ("+49800123456", ""),
        ("+999", ""),
        ("101", ""),
        ("", ""),
    ],
)
def test_a_landline_has_a_town(warm: Places, number: str, town: str) -> None:
    assert warm.place(number) == town


def test_towns_are_those_of_the_geocoder(warm: Places) -> None:
    from phonenumbers import geocoder

    compared = 0
    for region in ("DE", "AT", "CH", "FR", "GB", "US", "PL", "NL", "IT", "ES", "CZ", "JP"):
        number = phonenumbers.example_number_for_type(region, PhoneNumberType.FIXED_LINE)
        key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        wanted = geocoder.description_for_number(number, "en")
        if wanted == geocoder.country_name_for_number(number, "en"):
            wanted = ""
        assert warm.place(key) == wanted
        compared += bool(wanted)
    assert compared >= 8


def test_the_big_data_stays_out_of_this_process() -> None:
    look = (
        "import asyncio, sys\n"
        "from console.directory.place import Places\n"
        "places = Places()\n"
        "asyncio.run(places.warm())\n"
        "print(places.place('+493023125500'), 'phonenumbers.geodata' in sys.modules)"
    )
    done = asyncio.run(_run(look))
    assert done.split() == ["Berlin", "False"]


async def _run(code: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode()


async def test_without_the_process_there_are_no_places_and_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(place.sys, "executable", "/nowhere/python")
    places = Places()
    await places.warm()
    assert (places.known, places.place("+493023125500")) == (False, "")
    assert "stay unknown" in caplog.text


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda rest: b"HCP1" + rest))
def test_other_bytes_are_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(read_table(data), PlaceTable)
