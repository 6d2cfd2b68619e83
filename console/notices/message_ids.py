"""Message-IDs (RFC 5322, 3.6.4) that stay the same however often an e-mail is sent."""

import hashlib
import re

# RFC 2606: no domain of anybody's. Without an address of ours nothing is sent anyway.
NOWHERE = "hotline.invalid"


def message_id(site: str, sender: str, *what: str) -> str:
    """The id of what is told, in its brackets; `site` tells installations apart.

    Its domain is that of our own address (`sender`), as ASCII (RFC 5890).
    """
    words = "\0".join((site, *what)).encode("utf-8", "replace")
    return f"<{hashlib.sha256(words).hexdigest()[:32]}@{_domain(sender)}>"


def _domain(sender: str) -> str:
    domain = sender.rpartition("@")[2].strip(".")
    try:
        ascii = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return NOWHERE
    return ascii if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", ascii) else NOWHERE
