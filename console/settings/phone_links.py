"""Telephone numbers as links in e-mails: with the beginning that a site has chosen."""

from urllib.parse import quote

from console.settings.notices import Mail


def phone_link(mail: Mail, number: str) -> str:
    """The address behind a number (a key, "+49301110"); empty where numbers are no links.

    `tel:` is RFC 3966, of which a global number has only digits behind its plus.
    """
    beginning = mail.own_link if mail.link == "own" else mail.link
    if mail.link == "none" or not beginning or not number:
        return ""
    # In a query a plus would be a space.
    return beginning + quote(number, safe="" if "?" in beginning else "+")
