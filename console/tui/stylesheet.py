"""Textual's stylesheet, read once as long as nothing changes, and once for all consoles alike."""

from collections import OrderedDict
from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

MOST = 8  # sets of variables whose rules are kept: there are so many themes, and their defaults

_Rules = dict[tuple[Any, ...], list[RuleSet]]
# Textual only reads rules once they are parsed.
_shared: OrderedDict[frozenset[tuple[str, str]], _Rules] = OrderedDict()


class ParsedOnce(Stylesheet):
    """Rules stay as they were parsed until their source or the theme's variables change.

    Textual parses all of them anew with each refresh, four times before the first frame; that was
    a tenth of the time until then, and a third of it for each console after the first.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parsed = _parsed_with(self._variables)

    def set_variables(self, variables: dict[str, str]) -> None:
        """Use these variables; the parsed rules go only when they are others."""
        if variables != self._variables:
            super().set_variables(variables)
            self._parsed = _parsed_with(variables)

    def reparse(self) -> None:
        """Parse what is not parsed yet."""
        # `parse` keeps the old rules when it fails, which is all that Textual's copy is for.
        self.parse()

    def _parse_rules(self, css: str, *source: Any, **more: Any) -> list[RuleSet]:
        key = (css, source, *sorted(more.items()))
        if (rules := self._parsed.get(key)) is None:
            rules = self._parsed[key] = super()._parse_rules(css, *source, **more)
        return rules


def _parsed_with(variables: dict[str, str]) -> _Rules:
    """All rules that were parsed with these variables."""
    key = frozenset(variables.items())
    rules = _shared.setdefault(key, {})
    _shared.move_to_end(key)
    while len(_shared) > MOST:
        _shared.popitem(last=False)
    return rules
