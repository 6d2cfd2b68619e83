"""Any provider that takes a message by one HTTP request: address, headers, body are templates."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlsplit
from xml.sax.saxutils import escape

from console.notices.providers.exchange import (
    Answer,
    Dialect,
    Judgement,
    Message,
    Misconfigured,
    Request,
    Verdict,
    by_status,
    demand,
    said,
)
from console.notices.providers.success import Unjudged, why_not_accepted
from console.settings.senders import is_header_name
from console.settings.sending import Provider

_PLACE = re.compile(r"\{(to|from|text|user|secret)\}")
# In JSON: a text in quotes, a placeholder in one or by itself.
_JSON_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\{(?:to|from|text|user|secret)\}', re.DOTALL)
_OTHER_PIECE = re.compile(r"\{\w{1,40}\}")

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


def request(provider: Provider, secret: str, message: Message) -> Request:
    """Fill the templates; a login that stands in none of them is sent as Basic (RFC 7617)."""
    demand(provider, address=provider.url)
    values = {
        "to": message.to,
        "from": message.sender,
        "text": message.text,
        "user": provider.user,
        "secret": secret,
    }
    host = urlsplit(_PLACE.sub("x", provider.url)).netloc
    if host not in provider.url:
        raise Misconfigured(f"the address of “{provider.name}” has a placeholder in its host")
    headers = _headers(provider, values)
    names = {name.lower() for name in headers}
    places = provider.url + provider.body + "".join(provider.plain_headers.values())
    # {secret} somewhere is a login already; so is a header of their own.
    if secret and "{secret}" not in places and "authorization" not in names:
        login = b64encode(f"{provider.user}:{secret}".encode()).decode("ascii")
        headers["Authorization"] = f"Basic {login}"
    body = b""
    if provider.body:
        kind = _kind(provider)
        if "content-type" not in names:
            headers["Content-Type"] = kind
        body = _body(provider, kind, values).encode("utf-8")
    url = _filled(provider.url, values, lambda value: quote(value, safe=""))
    return Request(provider.method, url, headers, body)


def judge(provider: Provider, answer: Answer) -> Judgement:
    """A status of 200 to 299, and what the settings want to find in the answer."""
    words = said(answer.status, answer.words())
    if not 200 <= answer.status < 300:
        return by_status(answer, words)
    try:
        why = why_not_accepted(provider.success, answer)
    except Unjudged as unjudged:
        return Judgement(Verdict.UNKNOWN, f"{words}; {unjudged}")
    if why is None:
        return Judgement(Verdict.ACCEPTED, words)
    return Judgement(Verdict.REFUSED, f"{words}; {why}")


def _headers(provider: Provider, values: dict[str, str]) -> dict[str, str]:
    for name in provider.headers:
        if not is_header_name(name):
            raise Misconfigured(f"“{provider.name}” has a header whose name is none")
    return {
        # A line break would begin another header.
        name: _filled(value, values, lambda text: re.sub(r"[\x00-\x1f\x7f]+", " ", text))
        for name, value in provider.plain_headers.items()
    }


def _kind(provider: Provider) -> str:
    """The media type of the body: as a header says, else as it looks."""
    for name, value in provider.plain_headers.items():
        if name.lower() == "content-type":
            return value.lower()
    start = provider.body.lstrip()[:1]
    if start == "<":
        return "application/xml; charset=utf-8"
    # A form begins with a name, and "{text}" alone is none of JSON.
    json_like = start == "[" or (start == "{" and not _PLACE.match(provider.body.lstrip()))
    return _JSON if json_like else _FORM


def _body(provider: Provider, kind: str, values: dict[str, str]) -> str:
    if "json" in kind:
        made = _JSON_PIECE.sub(lambda found: _json_piece(found[0], values), provider.body)
        try:
            json.loads(made)
        except (ValueError, RecursionError):
            raise Misconfigured(_no_json(provider)) from None
        return made
    if "xml" in kind:
        return _filled(provider.body, values, _xml)
    if "form" in kind:
        return _filled(provider.body, values, quote_plus)
    return _filled(provider.body, values, str)


def _no_json(provider: Provider) -> str:
    """What is wrong with a body; most often a placeholder that there is not."""
    for piece in _OTHER_PIECE.findall(_JSON_PIECE.sub("", provider.body)):
        return (
            f"the body of “{provider.name}” has {piece}; there are only {{to}} {{from}} {{text}} "
            "{user} {secret}"
        )
    return f"the body of “{provider.name}” is no JSON once filled"


def _json_piece(piece: str, values: dict[str, str]) -> str:
    """A placeholder becomes a text with its quotes, one inside a text goes without."""
    if piece[0] == '"':
        return _filled(piece, values, lambda value: json.dumps(value)[1:-1])
    return json.dumps(values[piece[1:-1]])


def _xml(value: str) -> str:
    """Escaped for text and attributes; most control characters can't be in XML at all."""
    return escape(re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "", value), {'"': "&quot;"})


def _filled(template: str, values: dict[str, str], escaped: Callable[[str], str]) -> str:
    """In one pass, so that no value's own braces are filled."""
    return _PLACE.sub(lambda found: escaped(values[found[1]]), template)


ANY_HTTP = Dialect("", request, judge)
