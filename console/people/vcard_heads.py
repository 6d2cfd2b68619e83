"""What stands before the colon of a vCard's line: "item1.TEL;TYPE=WORK,VOICE"."""

import re

from console.calls.text import clean

LONGEST_PARAMETERS = 2000
UNRANKED = 101

HEAD = re.compile(r'[ \t]*(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)[ \t]*((?:;(?:"[^"]*"|[^":])*)?):')
LOOSE_HEAD = re.compile(r"[ \t]*(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)[ \t]*((?:;[^:]*)?):")

_PARAMETER = re.compile(r'((?:"[^"]*"|[^";])+)')
_VALUE = re.compile(r'((?:"[^"]*"|[^",])+)')
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
# Of text in eight bits these say nothing, and of text in seven they would turn it into another.
_UNBELIEVABLE = ("utf-16", "utf-32", "utf-7", "utf16", "utf32", "utf7", "utf_")
_SEVEN_BITS = ("iso-2022", "iso2022", "hz")

# Their values are pictures, sounds and keys, which are not kept.
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE"})


class Head:
    """What stands before the colon: group, name and parameters, in capitals where case is free.

    Parameters without a name (2.1) are types or encodings. `parameters` are (name, values as
    written) without encoding and character set.
    """

    __slots__ = (
        *("group", "name", "parameters", "types", "rank", "charset", "in_seven_bits"),
        *("quoted_printable", "base64", "binary", "mark", "written", "as_it_is"),
        *("opens_base64", "sticky", "kind", "says_more"),
    )

    def __init__(self, group: str, name: str, parameters: str) -> None:
        self.group = group.replace("_", "-")
        self.name = name.upper().replace("_", "-")
        found: dict[str, list[str]] = {}
        for parameter in _PARAMETER.findall(parameters[:LONGEST_PARAMETERS]):
            key, equals, value = parameter.strip().partition("=")
            if not equals:
                key, value = "TYPE", key
                if value.upper() in _ENCODINGS:
                    key = "ENCODING"
            values = [one.strip().strip('"') for one in _VALUE.findall(value)]
            found.setdefault(key.strip().upper(), []).extend(one for one in values if one)
        # TYPE="voice,home" (4.0) is two types.
        types = [part.strip() for one in found.get("TYPE", ()) for part in one.split(",")]
        if types:
            found["TYPE"] = [one for one in types if one]
        self.types = frozenset(one.upper() for one in types)
        encodings = {one.upper() for one in found.pop("ENCODING", ())}
        self.quoted_printable = "QUOTED-PRINTABLE" in encodings
        self.base64 = not encodings.isdisjoint(("BASE64", "B"))
        charset = next(iter(found.pop("CHARSET", ())), "").casefold()
        if not self.quoted_printable and charset.startswith(_UNBELIEVABLE):
            charset = ""
        self.charset = charset
        self.in_seven_bits = charset.startswith((*_UNBELIEVABLE, *_SEVEN_BITS))
        self.as_it_is = not (self.quoted_printable or self.base64 or self.in_seven_bits)
        self.binary = self.name in BINARY
        self.opens_base64 = self.base64 or self.binary
        # Lines after it may belong to it though they do not look so.
        self.sticky = self.opens_base64 or self.quoted_printable
        self.kind: str | None = None  # of a number, by its types alone
        self.mark = self.name if self.name in ("BEGIN", "END") else ""
        self.rank = _rank(found, self.types)
        self.parameters = tuple((key, tuple(values)) for key, values in found.items())
        # What others find out about it once: how a line of 3.0 begins, whether an e-mail is more.
        self.written: dict[tuple[tuple[str, ...], bool], str] = {}
        self.says_more: bool | None = None

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a parameter as written."""
        return next((values for key, values in self.parameters if key == name), ())


def _rank(parameters: dict[str, list[str]], types: frozenset[str]) -> int:
    """1 for the most preferred: PREF=n (4.0), TYPE=pref (3.0), PREF (2.1); UNRANKED without."""
    told = next(iter(parameters.get("PREF", ())), "")
    if told.isascii() and told.isdecimal():
        return min(100, int(told[:3]))
    return 1 if "PREF" in types or "PREF" in parameters else UNRANKED


def head_in(name: str) -> Head | None:
    """The head that is all that stands before a line's first colon, None if it is no head."""
    found = (HEAD.fullmatch if '"' in name else LOOSE_HEAD.match)(f"{name}:")
    return (
        Head(*(clean(part or "", LONGEST_PARAMETERS) for part in found.groups())) if found else None
    )
