"""WebDAV's XML (RFC 4918): what is asked, and what a multistatus answers. The answer is hostile."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

DAV = "{DAV:}"
CARDDAV = "{urn:ietf:params:xml:ns:carddav}"
_SPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


class BrokenXml(Exception):
    """An answer is not the XML that it should be; says why, as part of a sentence."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One response of a multistatus: what it is about, its own status, and what was found.

    `status` is 200 where properties are told instead of a status. A property that was not found
    is not in `properties`.
    """

    href: str
    status: int
    properties: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The text of a property, "" without."""
        found = self.properties.get(name)
        return (found.text or "") if found is not None else ""

    def href_in(self, name: str) -> str:
        """The address that a property holds, "" without."""
        found = self.properties.get(name)
        return ((found.findtext(f"{DAV}href") or "") if found is not None else "").strip()

    def has(self, name: str, path: str) -> bool:
        """Whether a property holds an element (ElementTree's path)."""
        found = self.properties.get(name)
        return found is not None and found.find(path) is not None


@dataclass(frozen=True, slots=True)
class Multistatus:
    """What a server answers about several resources; the token where it was asked for changes."""

    resources: tuple[Resource, ...]
    sync_token: str = ""


def read_multistatus(body: bytes) -> Multistatus:
    """Read the body of a 207; raises BrokenXml."""
    root = _parsed(body)
    if root.tag != f"{DAV}multistatus":
        raise BrokenXml("it is XML, but not WebDAV's")
    found = tuple(one for child in root.findall(f"{DAV}response") for one in _resources(child))
    return Multistatus(found, (root.findtext(f"{DAV}sync-token") or "").strip())


def propfind(properties: Iterable[str]) -> bytes:
    """Ask for properties, named as `d:...` or `c:...`."""
    return f"{_HEAD}<d:propfind {_SPACES}>{_prop(properties)}</d:propfind>".encode()


def sync_collection(token: str, properties: Iterable[str]) -> bytes:
    """Ask what has changed since a token, for all with an empty one (RFC 6578, 3.2)."""
    return (
        f"{_HEAD}<d:sync-collection {_SPACES}><d:sync-token>{escape(token)}</d:sync-token>"
        f"<d:sync-level>1</d:sync-level>{_prop(properties)}</d:sync-collection>"
    ).encode()


def multiget(hrefs: Iterable[str]) -> bytes:
    """Ask for cards (RFC 6352, 8.7)."""
    wanted = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return (
        f"{_HEAD}<c:addressbook-multiget {_SPACES}>{_prop(('d:getetag', 'c:address-data'))}"
        f"{wanted}</c:addressbook-multiget>"
    ).encode()


def _prop(properties: Iterable[str]) -> str:
    return f"<d:prop>{''.join(f'<{name}/>' for name in properties)}</d:prop>"


def _parsed(body: bytes) -> Any:
    try:
        return fromstring(body, forbid_dtd=True)
    except DefusedXmlException as attack:
        raise BrokenXml(
            "it declares entities or a document type, which could be a bomb"
        ) from attack
    except ParseError as problem:
        raise BrokenXml(f"its XML is broken ({problem})") from problem
    except (ValueError, LookupError, RecursionError) as problem:
        raise BrokenXml("its XML is in an encoding that can't be read") from problem


def _resources(response: Any) -> Iterator[Resource]:
    """One resource with its properties, or one or several with a status (RFC 4918, 14.24)."""
    own = response.findtext(f"{DAV}status")
    properties = {}
    for found in response.findall(f"{DAV}propstat"):
        if _status(found.findtext(f"{DAV}status")) == 200:
            for prop in found.findall(f"{DAV}prop"):
                properties.update({child.tag: child for child in prop})
    for href in response.findall(f"{DAV}href"):
        if name := (href.text or "").strip():
            yield Resource(name, 200 if own is None else _status(own), properties)


def _status(line: str | None) -> int:
    """The code of a status line ("HTTP/1.1 404 Not Found"), 0 if it is none."""
    words = (line or "").split()
    code = words[1] if len(words) > 1 else ""
    return int(code) if len(code) == 3 and code.isascii() and code.isdigit() else 0
