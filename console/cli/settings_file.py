"""All settings as a file, JSON or TOML: sections, and what companies have otherwise by name.

{"mail": {"send": true, ...}, ..., "companies": {"Meyer & Söhne": {"mail": {"to": [...]}}}}
"""

import json
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.calls.text import clean
from console.cli.failure import Failure
from console.cli.private_file import STDOUT

COMPANIES = "companies"
LARGEST = 8_000_000

Sections = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Imported:
    """Fields by section, and those by a company's name."""

    sections: Sections
    companies: dict[str, Sections]


def written_file(settings: Imported, *, toml: bool) -> str:
    """The file's text."""
    whole = {**settings.sections, COMPANIES: settings.companies}
    if not toml:
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    import tomlkit

    return tomlkit.dumps(whole)


def read_file(file: Path) -> Imported:
    """What a file says; "-" is standard input. Raises Failure, without the file's name."""
    text = _text(file)
    try:
        # A table of TOML's is in brackets, an object of JSON's in braces.
        whole = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Failure(f"neither JSON nor TOML: {wrong}") from None
    sections = {name: _table(name, values) for name, values in whole.items() if name != COMPANIES}
    companies = {
        name: {
            section: _table(f"{COMPANIES}.{name}.{section}", values)
            for section, values in _table(f"{COMPANIES}.{name}", own).items()
        }
        for name, own in _table(COMPANIES, whole.get(COMPANIES, {})).items()
    }
    return Imported(sections, companies)


def _text(file: Path) -> str:
    try:
        if file == STDOUT:
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Failure("larger than 8 MB: these are no settings")
        return data.decode("utf-8-sig")
    except OSError as failed:
        raise Failure(f"can't be read: {failed.strerror}") from None
    except UnicodeDecodeError:
        raise Failure("not UTF-8 text; save it as UTF-8") from None


def _table(name: str, values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise Failure(f"{clean(name)}: must be a table")
    return values
