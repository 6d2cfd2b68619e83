"""What the words of a notice make of a call: asked once for all four fields of the form."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from console.desk.contacts import Previewed
from console.desk.notices import NoticePreviewed, PreviewNotice

if TYPE_CHECKING:
    from console.desk.ports import Door


class NoticePreviews:
    """The last question and its answer; the fields of one form ask the same one after the other."""

    def __init__(self, door: "Door", made: Callable[[NoticePreviewed], None]) -> None:
        """`made` is told each new answer."""
        self._door = door
        self._made = made
        self._query: PreviewNotice | None = None
        self._answer: NoticePreviewed | None = None
        self._one_at_a_time = asyncio.Lock()

    async def of(
        self, key: str, values: Mapping[str, Any], call: str | None, company_id: int | None
    ) -> Previewed:
        """What field `key` makes, with the other fields as they are in the form."""
        query = PreviewNotice(dict(values), call, company_id)
        async with self._one_at_a_time:
            answer = self._answer
            if query != self._query or answer is None:
                self._query, self._answer = query, None
                answer = self._answer = await self._door.ask(query)
                self._made(answer)
        if key in answer.broken:
            words, line = answer.broken[key]
            return Previewed(broken=words, line=line)
        return Previewed(answer.made.get(key, ""))


def parts_said(made: NoticePreviewed) -> str:
    """ "2 parts, 31 characters left, UCS-2 because of “ł”"."""
    if not made.parts:
        return ""
    parts = "1 part" if made.parts == 1 else f"{made.parts} parts"
    said = [parts, f"{made.left} characters left"]
    if made.alphabet:
        why = f" because of “{made.because}”" if made.because else ""
        said.append(f"{made.alphabet}{why}")
    return ", ".join(said)
