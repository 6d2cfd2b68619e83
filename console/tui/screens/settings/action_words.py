"""How actions are spoken of."""

from console.calls.words import TEXTS
from console.settings.live import Action, Deed, OpenContact, OpenUrl, PostWebhook, RunProgram

KINDS = {
    "contact": "open the contact",
    "url": "open a link",
    "program": "run a program",
    "webhook": "post a webhook",
}


def what(deed: Deed) -> str:
    """What is done: "runs crm-popup"."""
    match deed:
        case OpenContact():
            return "opens the caller's contact"
        case OpenUrl(url=url):
            return f"opens {url}"
        case RunProgram(program=program):
            return f"runs {program}"
        case PostWebhook(url=url):
            return f"posts to {url}"


def filters(action: Action) -> str:
    """For which calls; empty for all."""
    parts = [f"{action.caller} callers"] if action.caller != "any" else []
    parts += [TEXTS[direction] for direction in action.directions]
    if action.companies:
        first, *rest = action.companies
        parts.append(f"{first} and {len(rest)} more" if rest else first)
    return ", ".join(parts)


def whens(action: Action) -> str:
    """On what: "incoming, answered"."""
    return ", ".join(occasion.value for occasion in action.on) or "never"
