"""What kind a number, address or e-mail is: TYPEs of all dialects, and Apple's labels."""

import re
from collections.abc import Set

from console.calls.text import clean
from console.people.vcard_heads import Head

LONGEST_KIND = 40

# The first that is there says it.
_KINDS = {
    "CELL": "mobile",
    "MOBILE": "mobile",
    "IPHONE": "mobile",
    "FAX": "fax",
    "PAGER": "pager",
    "WORK": "work",
    "HOME": "home",
    "MAIN": "main",
    "MAIN-NUMBER": "main",
    "COMPANY": "main",
    "CAR": "car",
}
TYPES = {
    "mobile": "CELL",
    "fax": "FAX",
    "pager": "PAGER",
    "work": "WORK",
    "home": "HOME",
    "main": "MAIN",
    "car": "CAR",
}
# Types that say nothing to a person.
_NOISE = frozenset(
    {
        *("VOICE", "PREF", "INTERNET", "TEXT", "MSG", "VIDEO", "OTHER", "PCS", "BBS", "MODEM"),
        *("POSTAL", "PARCEL", "DOM", "INTL", "X400", "TEXTPHONE"),
    }
)
# What can't be spoken to is told whatever the label says.
_NO_VOICE = ("FAX", "PAGER")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_\Z", re.DOTALL)
_OF_A_VENDOR = re.compile(r"X-(?:EVOLUTION-)?", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:(?P<kind>.*), )?ext\. (?P<rest>[0-9]{1,8}#?)\Z")


def number_kind(head: Head, label: str = "") -> str:
    """The kind of a number by its types and the label beside it."""
    if not label:
        if head.kind is None:
            head.kind = _kind_by_types(head)
        return head.kind
    if is_own(label) and head.types.isdisjoint(_NO_VOICE):
        return label_kind(label)
    return next((kind for word, kind in _KINDS.items() if word in head.types), label_kind(label))


def _kind_by_types(head: Head) -> str:
    types = head.types
    for word, kind in _KINDS.items():
        if word in types:
            return kind
    for one in head.values("TYPE"):
        if one.upper() not in _NOISE:
            own = _OF_A_VENDOR.sub("", one)
            return label_kind(own.lower() if own.isupper() else own)
    return ""


def address_kind(types: Set[str], label: str = "") -> str:
    """ "work", "home", a label that somebody wrote, or empty."""
    if label and is_own(label):
        return label_kind(label)
    return "work" if "WORK" in types else "home" if "HOME" in types else ""


def email_says_more(head: Head) -> bool:
    """Whether an e-mail address is more than that: work or home, say."""
    if head.says_more is None:
        head.says_more = not head.types <= _NOISE
    return head.says_more


def is_own(label: str) -> bool:
    """Whether somebody wrote the label himself, not chose one of Apple's ("_$!<Work>!$_")."""
    return not _APPLE_LABEL.match(label)


def label_kind(label: str) -> str:
    """The kind by Apple's label beside a number, which may be any word."""
    while apple := _APPLE_LABEL.match(label):
        label = apple[1].strip()
    word = clean(label, LONGEST_KIND)
    return _KINDS.get(word.upper(), word)


def with_remark(kind: str, remark: str) -> str:
    """The kind of a number of which more is said: "work, mornings"."""
    return label_kind(f"{kind}, {remark}" if kind and remark else kind or remark)


def with_extension(kind: str, extension: str) -> str:
    """The kind of a number after which something is dialled: "work, ext. 12"."""
    if not extension:
        return kind
    return f"{kind}, ext. {extension}" if kind else f"ext. {extension}"


def without_extension(kind: str) -> tuple[str, str]:
    """("work", "12") of "work, ext. 12"."""
    found = _EXTENSION.match(kind)
    return (found["kind"] or "", found["rest"]) if found else (kind, "")
