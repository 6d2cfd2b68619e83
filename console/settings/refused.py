"""What a field must be, in words, after pydantic refused a value."""

import re
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

_WHOLE = ("int_parsing", "int_type", "int_from_float", "int_parsing_size")
_SWITCH = ("bool_parsing", "bool_type")


def must(error: ErrorDetails, model: type[BaseModel]) -> str:
    """A part of a sentence that begins with "must"; for a field that is not there, that."""
    match error["type"]:
        case "value_error":
            return f"must be {error['ctx']['error']}"
        case "extra_forbidden":
            return "there is no such setting"
        case kind if kind in _WHOLE:
            return "must be a whole number"
        case kind if kind in _SWITCH:
            return "must be yes or no"
        case "string_pattern_mismatch":
            if words := beginning(error["ctx"]["pattern"]):
                return f"must begin with {words}"
            field = _field(model, error["loc"])
            if field is not None and field.examples:
                return f"must look like {field.examples[0]}"
    # "Input should be ...", "String should match ...".
    return re.sub(r"^[A-Z][a-z]+ should", "must", error["msg"])


def beginning(pattern: str) -> str:
    """What a pattern of ours for addresses wants: http:// or https://; "" for any other."""
    return "http:// or https://" if re.match(r"\^\(?https\?://", pattern) else ""


def _field(kind: Any, place: tuple[int | str, ...]) -> FieldInfo | None:
    field = None
    for step in place:
        if isinstance(step, int):
            kind = next(iter(get_args(kind)), None)
            continue
        fields = getattr(kind, "model_fields", {})
        field = fields.get(step)
        if field is None:
            return None
        kind = field.annotation
    return field
