"""What a vCard says beyond what a contact has: kept as content lines, so that an export loses none.

A line is as RFC 2426 has it, but unfolded: `item1.X-ABDATE;VALUE=date:2001-02-03`.
"""

import re
from typing import NamedTuple

from console.calls.text import clean
from console.people.vcard_heads import Head
from console.people.vcard_properties import Property

MOST_EXTRA = 100  # lines of one card
LONGEST_EXTRA = 4000  # characters of one

# What is about the file, not about the person, or is drawn from the rest.
NOT_KEPT = frozenset(
    {
        *("VERSION", "PROFILE", "PRODID", "X-PRODID", "REV", "MAILER", "BEGIN", "END"),
        *("X-MS-OL-DESIGN", "X-MS-CARDPICTURE", "CLIENTPIDMAP"),
    }
)
_BREAKS = re.compile("\r\n|[\r\n]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_IN_PARAMETER = re.compile('[\x00-\x1f"]+')
_QUOTED = re.compile("[:;,]")
_NAME = re.compile(r"[A-Z0-9-]+\Z")
_LINE = re.compile(
    r"(?:(?P<group>[A-Za-z0-9-]+)\.)?(?P<name>[A-Za-z0-9-]+)"
    r'(?P<parameters>(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;,]*)(?:,(?:"[^"]*"|[^":;,]*))*)*)'
    r":(?P<value>.+)\Z"
)


class ExtraLine(NamedTuple):
    """A content line taken apart; `value` is as it stands there, with its escapes."""

    group: str
    name: str
    parameters: str
    value: str


def split_line(line: str) -> ExtraLine | None:
    """Return the parts of a content line, None if it is none."""
    found = _LINE.match(line)
    if found is None:
        return None
    group, name, parameters, value = found.groups()
    return ExtraLine(group or "", name.upper(), parameters, value)


def extra_line(one: Property) -> str | None:
    """Return a property as one content line; None if it is not text.

    Raises ValueError if it can't be decoded, or is too long.
    """
    head = one.head
    if head.binary and not _is_link(one):
        return None
    if head.base64 and not _is_text(one):
        return None
    value = one.text()
    if value[:5].casefold() == "data:" and ";base64," in value[:100].casefold():
        return None
    return content_line(head, value)


def content_line(
    head: Head, value: str, without: tuple[str, ...] = (), group: bool = True
) -> str | None:
    """Return head and value as one line, None without a value; raises ValueError if too long.

    Parameters and types called as in `without` are left out.
    """
    if "\n" in value or "\r" in value:
        value = _BREAKS.sub(r"\\n", value.strip())
    value = clean(value, LONGEST_EXTRA + 1)
    if not value:
        return None
    begin = head.written.get((without, group))
    if begin is None:
        begin = head.written[without, group] = _head(head, without, group)
    whole = f"{begin}:{value}"
    if len(whole) > LONGEST_EXTRA:
        raise ValueError(f"is longer than {LONGEST_EXTRA} characters")
    return whole


def _head(head: Head, without: tuple[str, ...], group: bool) -> str:
    line = [f"{head.group}.{head.name}" if head.group and group else head.name]
    for name, values in head.parameters:
        if name in without or not _NAME.match(name):
            continue
        kept = [_parameter(one) for one in values if one.upper() not in without]
        if any(kept):
            line.append(f";{name}={','.join(one for one in kept if one)}")
    return "".join(line)


def _parameter(value: str) -> str:
    text = clean(_IN_PARAMETER.sub(" ", value))
    return f'"{text}"' if _QUOTED.search(text) else text


def _is_link(one: Property) -> bool:
    """Whether what is usually a picture, sound or key is a link or words: "SOUND;X-IRMC-N:..."."""
    if one.head.base64:
        return False
    if one.head.name == "SOUND" and "X-IRMC-N" in one.head.types:
        return True
    value = one.raw.strip().casefold()
    return value.startswith(("http:", "https:", "ftp:", "cid:", "mailto:", "urn:"))


def _is_text(one: Property) -> bool:
    text = one.text()
    return not _UNPRINTABLE.search(text) and "\ufffd" not in text
