"""Whether an answer of 200 is a success: what the settings of a generic provider want to find."""

import re
import subprocess
import sys
from typing import Any

from console.calls.text import clean
from console.notices.providers.exchange import Answer
from console.settings.accepted_if import is_plain, path_and_value

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

SECONDS = 2.0
# A regular expression can take for ever, and while it does nothing else in its process moves.
_CHILD = """
import re, sys
pattern, _, text = sys.stdin.buffer.read().partition(b"\\0")
try:
    found = re.search(pattern.decode(), text.decode())
except (re.error, RecursionError, OverflowError):
    sys.exit(2)
sys.exit(0 if found else 1)
"""
_FOUND, _NOT_FOUND = 0, 1


class Unjudged(Exception):
    """Nothing says whether the answer has what is wanted; a part of a sentence."""


def why_not_accepted(wanted: str, answer: Answer) -> str | None:
    """None if the answer has what is wanted (nothing: always), else a part of a sentence.

    Raises Unjudged. Blocks for up to SECONDS: to be called in a thread.
    """
    if not wanted.strip():
        return None
    if found := path_and_value(wanted):
        path, meant = found
        value = _at(answer.json(), path)
        if value == meant:
            return None
        if value is None:
            return f"its answer has no “{clean(path, 60)}”"
        return f"“{clean(path, 60)}” is “{clean(value, 60)}”, not “{clean(meant, 60)}”"
    if is_plain(wanted):
        return None if wanted in answer.body else f"its answer has no “{clean(wanted, 60)}”"
    return _searched(wanted, answer.body)


def _at(value: Any, path: str) -> str | None:
    """The text, number or truth (as JSON writes it) at a path; None if there is none."""
    for index, name in _STEP.findall(path):
        step = index or name
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _searched(pattern: str, text: str) -> str | None:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD],
            input=b"\0".join(part.encode("utf-8", "replace") for part in (pattern, text)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        raise Unjudged(
            "what it is accepted by took too long to look for: simplify “HTTP: accepted if”"
        ) from None
    if done.returncode == _FOUND:
        return None
    if done.returncode == _NOT_FOUND:
        return f"its answer has no “{clean(pattern, 60)}”"
    raise Unjudged("“HTTP: accepted if” is no regular expression")
