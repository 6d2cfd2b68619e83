"""Addresses that may be opened or shown as links: web pages, and nothing that steers a terminal."""

from urllib.parse import urlsplit

LONGEST = 2000
SCHEMES = ("http", "https")


def web_address(text: str) -> str:
    """The text if it is the address of a web page (http or https), else "".

    A link goes to the terminal inside an escape sequence (OSC 8) and to the browser as an
    argument, so whatever could end the one or begin an option of the other is no link.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or not text.isprintable() or " " in text:
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    return text if parts.scheme.lower() in SCHEMES and host else ""


def page_of(written: str) -> str:
    """The address behind a web page as a contact has it ("www.example.org"), "" if it is none."""
    written = written.strip()
    if "://" not in written and "." in written and ":" not in written.partition("/")[0]:
        written = f"https://{written}"
    return web_address(written)
