"""“HTTP: accepted if”: a path and value in JSON, a plain text, or a regular expression."""

import re
import warnings

# "status = ok", "messages[0].status = 0": a path in JSON and its value, blanks around the sign.
_PATH = re.compile(r"\s*([\w.\[\]-]+)\s+=\s+(.*?)\s*", re.DOTALL)
_PLAIN = re.compile(r"[\w :,;@/<>\"'=-]*")


def path_and_value(wanted: str) -> tuple[str, str] | None:
    """Both, if it is written as those."""
    found = _PATH.fullmatch(wanted)
    return (found[1], found[2]) if found else None


def is_plain(wanted: str) -> bool:
    """Whether it means itself, as an expression too."""
    return _PLAIN.fullmatch(wanted) is not None


def accepted_if(wanted: str) -> str:
    """The text; raises ValueError with what it must be if it is none of the three."""
    if not wanted.strip() or path_and_value(wanted) or is_plain(wanted):
        return wanted
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(wanted)
        whole = "\0" not in wanted
    except (re.error, RecursionError, OverflowError):
        whole = False
    if not whole:
        raise ValueError(
            f"path = value, such as status = ok, or a regular expression; “{wanted[:60]}” is "
            "neither"
        )
    return wanted
