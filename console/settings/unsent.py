"""What keeps notices from anybody although it is wanted that they are sent: no fault of a field."""

from console.settings.live import Live

_SERVER = "nothing can be sent. See Send e-mail."
_PROVIDER = "nothing can be sent. See Send text message."
_NOBODY = "To is empty: nobody is told."


def no_way(section: str, live: Live) -> str:
    """What is missing for anything to leave by a section's channel, a sentence; "" for nothing."""
    if section == "mail":
        if not live.mail_server.host:
            return f"No mail server: {_SERVER}"
        return "" if live.mail_server.sender else f"No From address: {_SERVER}"
    return "" if live.providers.providers else f"No provider: {_PROVIDER}"


def nobody(section: str, live: Live) -> str:
    """That it is sent, but to nobody, a sentence; "" if that is not so."""
    channel = live.mail if section == "mail" else live.text_messages
    return _NOBODY if channel.send and not channel.to else ""
