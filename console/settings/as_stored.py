"""Rules that hold for what is entered, and not for what is stored already.

A section with a value that a later rule refuses would be lost as a whole when it is read.
"""

from typing import Any

from pydantic import ValidationInfo

# For pydantic's `context`.
AS_STORED: dict[str, Any] = {"as_stored": True}


def is_stored(info: ValidationInfo) -> bool:
    """Whether the values come from where they were kept."""
    return bool(info.context and info.context.get("as_stored"))
