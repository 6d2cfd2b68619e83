"""The properties of one card, decoded, with what has to be kept or told beside them."""

from collections.abc import Sequence

from console.calls.text import clean
from console.people.skipped import Skipped
from console.people.vcard_extra import MOST_EXTRA, NOT_KEPT, content_line, extra_line
from console.people.vcard_heads import UNRANKED, Head
from console.people.vcard_kinds import is_own
from console.people.vcard_ordinary import OrdinaryCard
from console.people.vcard_properties import Card, Property
from console.people.vcard_text import escaped, plain

Text = tuple[Property, str]

_UNDERSTOOD = frozenset(
    {
        *("FN", "N", "ORG", "TITLE", "ROLE", "TEL", "X-MS-TEL", "EMAIL", "ADR", "LABEL", "URL"),
        *("NOTE", "UID", "X-ABLABEL", "X-ABADR", "AGENT"),
    }
)
_PICTURES = frozenset({"PHOTO", "LOGO"})
_RELATED = Head("", "RELATED", ";TYPE=agent;VALUE=text")


class SortedCard:
    """A card's properties by name, in its order, without those that are empty or can't be read."""

    def __init__(self, card: Card | OrdinaryCard, file: str, line: int | None = None) -> None:
        self._card = card
        self._line = line
        self.photo = False
        self.skipped: list[Skipped] = []
        self._file = file
        self._texts: dict[str, list[Text]] = {}
        self._labels: dict[str, str] = {}
        self._whole: list[str] = []
        self._rest: list[tuple[int, str]] = []
        self._kept_groups: set[str] = set()
        self._ranked = False
        texts = self._texts
        for one in card.properties:
            head = one.head
            name = head.name
            if name in NOT_KEPT:
                continue
            if head.binary:
                self.photo |= name in _PICTURES and one.size > 0 and not one.raw.isspace()
            elif one.too_long:
                self.skip(one, "is too long")
                continue
            if name not in _UNDERSTOOD:
                self.keep(one)
                continue
            try:
                value = one.text()
            except ValueError:
                self.skip(one, "is encoded in a way that can't be read")
                continue
            if value and not value.isspace():
                if head.rank < UNRANKED:
                    self._ranked = True
                if name in texts:
                    texts[name].append((one, value))
                else:
                    texts[name] = [(one, value)]
        for one, value in texts.get("X-ABLABEL", ()):
            self._labels.setdefault(one.head.group.casefold(), clean(plain(value)))

    @property
    def line(self) -> int:
        """The number of the line in which the card begins, or the AGENT that it is the value of."""
        return self._card.line if self._line is None else self._line

    def line_of(self, one: Property) -> int:
        """The number of the line in which a property begins."""
        return self._card.line_of(one)

    def all(self, name: str) -> Sequence[Text]:
        """The properties of a name, in the card's order."""
        return self._texts.get(name, ())

    def by_rank(self, *names: str) -> list[Text]:
        """The properties of these names, the preferred first."""
        found = self._texts.get(names[0], [])
        for name in names[1:]:
            if name in self._texts:
                found = found + self._texts[name]
        if self._ranked and len(found) > 1:
            found = sorted(found, key=lambda text: text[0].head.rank)
        return found

    def label(self, one: Property) -> str:
        """What Apple's way of labels says of a property, empty if nothing."""
        group = one.head.group
        return self._labels.get(group.casefold(), "") if group else ""

    def skip(self, one: Property, why: str) -> None:
        """Tell that something is lost; `why` goes on after the property's name."""
        self.skipped.append(Skipped(self._file, self.line_of(one), f"{one.head.name} {why}."))

    def keep(self, one: Property, text: str | None = None) -> None:
        """Keep a property that is not understood, or is one too many, as a line."""
        try:
            line = extra_line(one) if text is None else content_line(one.head, text)
        except ValueError as failed:
            long = "longer" in str(failed)
            self.skip(one, str(failed) if long else "is encoded in a way that can't be read")
            return
        if line:
            self._rest.append((one.place, line))
            if one.head.group:
                self._kept_groups.add(one.head.group.casefold())

    def keep_whole(self, one: Property, value: str, says_more: bool) -> None:
        """Keep the line of something understood if it says more than a contact holds."""
        if not (says_more or one.head.group):
            return
        own_label = is_own(label) if (label := self.label(one)) else False
        if own_label or says_more:
            line = content_line(one.head, escaped(value), without=("PREF",), group=own_label)
            self._whole.append(line or "")
            if own_label:
                self._kept_groups.add(one.head.group.casefold())

    def keep_name(self, pieces: list[str]) -> None:
        """Keep all five parts of N."""
        self._whole.append("N:" + ";".join(map(escaped, pieces)))

    def keep_agent(self, one: Property, name: str) -> None:
        """Keep whose card was in this one (RFC 6350, 6.6.6)."""
        self._rest.append((one.place, content_line(_RELATED, escaped(name)) or ""))

    def nickname(self) -> str:
        """A nickname, with its escapes."""
        lines = (line for _, line in self._rest if line.startswith("NICKNAME"))
        return next(lines, "").partition(":")[2]

    def extra(self) -> tuple[str, ...]:
        """All lines that are kept: first what a writer takes instead of its own lines."""
        for name in ("X-ABLABEL", "X-ABADR"):
            for one, value in self._texts.get(name, ()):
                # Of a number or address the label is its kind; of nothing it says nothing.
                if one.head.group.casefold() in self._kept_groups:
                    self.keep(one, value)
        self._rest.sort(key=lambda kept: kept[0])
        lines = self._whole + [line for _, line in self._rest]
        if len(lines) > MOST_EXTRA:
            why = f"This card has {len(lines)} more lines; {MOST_EXTRA} are kept."
            self.skipped.append(Skipped(self._file, self.line, why))
            lines = lines[:MOST_EXTRA]
        return tuple(line for line in lines if line)
