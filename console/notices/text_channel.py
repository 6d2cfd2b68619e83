"""Letters as text messages: which provider, from which number, and what is said of the outcome."""

import re
from collections.abc import Callable

from console.calls.text import clean
from console.desk.notice import Fault
from console.notices.letter import Ending, Letter, Result
from console.notices.providers.exchange import Message, Verdict
from console.notices.providers.kinds import KINDS
from console.notices.text_parts import shortened
from console.notices.text_posts import SECONDS, Posted, TextPosts
from console.settings.sending import Provider

# More than these parts no provider of ours takes, and nobody reads on a telephone.
MOST_PARTS = 9
# Besides the line break, what can't be seen has no place in a text message.
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
_NUMBER = re.compile(r"\+\d{3,15}")

_ENDINGS = {
    Verdict.ACCEPTED: Ending.SENT,
    Verdict.LATER: Ending.LATER,
    Verdict.SETTINGS: Ending.LATER,
    Verdict.REFUSED: Ending.REFUSED,
    Verdict.SENDER: Ending.REFUSED,
    Verdict.UNKNOWN: Ending.UNKNOWN,
}
_OF_SETTINGS = frozenset({Verdict.SETTINGS, Verdict.SENDER})


class TextChannel:
    """Sends text messages; `secret` resolves `env:` and `file:`, or raises ValueError."""

    def __init__(self, secret: Callable[[str], str], *, seconds: float = SECONDS) -> None:
        self._posts = TextPosts(secret, seconds=seconds)

    async def send(self, letter: Letter) -> Result:
        """Send one, and once more from the own number where the caller's is refused as sender."""
        wanted = letter.settings.text_messages
        provider = letter.settings.providers.named(wanted.provider)
        if provider is None:
            named = f"provider “{wanted.provider}”" if wanted.provider else "provider"
            return Result(
                Ending.LATER,
                f"Not sent: there is no {named} of text messages; enter it in Send text message.",
            )
        to = sendable_number(letter.notice.recipient)
        if not _NUMBER.fullmatch(to):
            return Result(
                Ending.REFUSED,
                f"Not sent: “{clean(letter.notice.recipient, 40)}” is no number with its country.",
            )
        text = _plain(letter.sms)
        if not text:
            return Result(Ending.REFUSED, "Not sent: the text message would be empty.")
        remarks = list(letter.remarks)
        own = sendable_number(provider.sender)
        named_first = shortened(_with_number(text, letter.number), MOST_PARTS)
        if not wanted.caller_as_sender or not letter.number:
            message = Message(to, own, shortened(text, MOST_PARTS))
        elif not may_send_from(provider, letter.number):
            remarks.append(f"sent from {_from(own)}, the caller's number stands in the text")
            message = Message(to, own, named_first)
        else:
            posted = await self._posts.post(
                provider, Message(to, letter.number, shortened(text, MOST_PARTS)), letter.now
            )
            if posted.verdict is not Verdict.SENDER:
                return _result(provider, to, posted, [*remarks, f"from {letter.number}"])
            remarks.append(
                f"“{provider.name}” refused {letter.number} as the sender ({posted.said}): sent "
                f"from {_from(own)}, the caller's number stands in the text"
            )
            message = Message(to, own, named_first)
        return _result(provider, to, await self._posts.post(provider, message, letter.now), remarks)

    async def close(self) -> None:
        """Close connections."""
        await self._posts.close()


def sendable_number(text: str) -> str:
    """A number without what people write between its digits; a sender's letters as they are."""
    if re.fullmatch(r"[+\d\s()/.-]+", text):
        return re.sub(r"[^+\d]", "", text)
    return text.strip()


def may_send_from(provider: Provider, number: str) -> bool:
    """Whether a caller's number may be tried as the sender of this provider."""
    return (
        provider.foreign != "never"
        and KINDS[provider.kind].sends_from
        and _NUMBER.fullmatch(number) is not None
    )


def _plain(text: str) -> str:
    lines = (line.strip() for line in re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", text).split("\n"))
    return _UNSEEN.sub("", "\n".join(lines)).strip()


def _with_number(text: str, number: str) -> str:
    return text if text.startswith(number) else f"{number}: {text}"


def _from(own: str) -> str:
    return own or "the provider's own number"


def _result(provider: Provider, to: str, posted: Posted, remarks: list[str]) -> Result:
    name = f"“{provider.name}”"
    words = {
        Verdict.ACCEPTED: f"sent to {to}, accepted by {name} ({posted.said})",
        Verdict.LATER: f"not sent yet, {name}: {posted.said}",
        Verdict.SETTINGS: f"not sent yet, {name}: {posted.said}",
        Verdict.REFUSED: f"refused by {name}: {posted.said}",
        Verdict.SENDER: f"the sender was refused by {name}: {posted.said}; correct Sender in Send "
        "text message",
        Verdict.UNKNOWN: f"may have been sent, {name}: {posted.said}",
    }[posted.verdict]
    why = "; ".join((words, *dict.fromkeys(remarks)))
    fault = Fault.SETTINGS if posted.verdict in _OF_SETTINGS else Fault.NONE
    return Result(_ENDINGS[posted.verdict], why, posted.after, fault)
