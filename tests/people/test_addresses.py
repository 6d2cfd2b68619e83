from console.people.values import Address


def test_an_address_is_one_line_without_gaps_where_parts_are_unknown() -> None:
    whole = Address("Hauptstr. 1", "Berlin", "10115", country="Germany", box="PO 1")
    assert whole.one_line == "Hauptstr. 1, 10115 Berlin, Germany"
    assert Address(place="Berlin", box="PO 1").one_line == "PO 1, Berlin"
    assert Address(country="Germany").one_line == "Germany"
    assert Address().one_line == ""
