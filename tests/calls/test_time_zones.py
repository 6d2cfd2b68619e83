import pytest

from console.calls.time_zones import zone_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("EUROPE/BERLIN", "Europe/Berlin"),
        ("america/new_york", "America/New_York"),
        ("America/Port-au-Prince", "America/Port-au-Prince"),
        ("america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("etc/gmt+1", "Etc/GMT+1"),
        ("Europe/Berln", ""),
        ("Berlin", ""),
        ("../Europe/Berlin", ""),
        ("\0", ""),
        ("", ""),
    ],
)
def test_a_zone_is_known_in_any_case_and_has_one_name(written: str, name: str) -> None:
    assert zone_name(written) == name
