"""How a line of a vCard is written: escaped, and folded (RFC 2426, 2.4.2 and 2.6)."""

LONGEST_LINE = 75  # octets, without its end


def text_line(name: str, *values: str, group: str = "", type_: str = "") -> str:
    """One unfolded line; several values are parts of one, such as N."""
    from vobject.vcard import serializeFields

    head = f"{group}.{name}" if group else name
    # Not vobject's ContentLine: it folds between octets that it takes for letters, and is slow.
    head = f"{head};TYPE={type_}" if type_ else head
    return f"{head}:{serializeFields(values)}"


def folded(line: str) -> str:
    """Return a line cut to LONGEST_LINE octets by CR LF and a space, never inside a letter."""
    data = line.encode()
    if len(data) <= LONGEST_LINE:
        return line
    pieces = []
    at, room = 0, LONGEST_LINE
    while len(data) - at > room:
        cut = at + room
        while data[cut] & 0xC0 == 0x80:  # inside a letter
            cut -= 1
        # Some programs strip the spaces around a fold.
        near = cut
        while near > cut - 10 and b" " in (data[near : near + 1], data[near - 1 : near]):
            near -= 1
        if near > cut - 10 and data[near] & 0xC0 != 0x80:
            cut = near
        pieces.append(data[at:cut])
        at, room = cut, LONGEST_LINE - 1
    return b"\r\n ".join([*pieces, data[at:]]).decode()
