"""What a field must be, in words, after pydantic refused a value; and which field it is."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

# Stands for a company's name in a refusal: who refuses knows its id only.
COMPANY = "{company}"

_WHOLE = ("int_parsing", "int_type", "int_from_float", "int_parsing_size")
_SWITCH = ("bool_parsing", "bool_type")
_MISSING = ("missing", "string_too_short", "too_short")
_TABLE = ("dict_type", "model_type", "model_attributes_type", "union_tag_not_found")


def of_company(company_id: int | None) -> str:
    """Whose settings they are: nothing for the site's."""
    return "" if company_id is None else f" of {COMPANY}"


def must(error: ErrorDetails, model: type[BaseModel]) -> str:
    """A part of a sentence that begins with "must"; for a field that is not there, that."""
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return f"must be {context['error']}"
        case "extra_forbidden":
            return "there is no such setting"
        case kind if kind in _MISSING:
            return "must be filled in"
        case "string_too_long":
            return f"must have at most {context['max_length']} characters"
        case "too_long":
            return f"must have at most {context['max_length']} entries"
        case "greater_than_equal":
            return f"must be at least {context['ge']}"
        case "less_than_equal":
            return f"must be at most {context['le']}"
        case kind if kind in _WHOLE:
            return "must be a whole number"
        case kind if kind in _SWITCH:
            return "must be yes or no"
        case "string_type":
            return "must be a text"
        case "tuple_type" | "list_type":
            return "must be a list"
        case kind if kind in _TABLE:
            return "must be a table"
        case "literal_error" | "enum" | "union_tag_invalid":
            wanted = context.get("expected") or context.get("expected_tags", "")
            return f"must be one of {str(wanted).replace(' or ', ', ').replace(chr(39), '')}"
        case "string_pattern_mismatch":
            if words := beginning(context["pattern"]):
                return f"must begin with {words}"
            field = _field(model, error["loc"])
            if field is not None and field.examples:
                return f"must look like {field.examples[0]}"
            return "must not have such characters"
    # "Input should be ...", "String should match ...".
    return re.sub(r"^[A-Z][a-z]+ should", "must", error["msg"])


def place(error: ErrorDetails, model: type[BaseModel], values: Any) -> tuple[str, ...]:
    """Which field of the values it is, as forms say it: ("S7", "HTTP: headers")."""
    return tuple(_said(error["loc"], model, values))


def _said(steps: tuple[int | str, ...], kind: Any, value: Any) -> Iterator[str]:
    for step in steps:
        if isinstance(step, int):
            # An item has its own name, or else is the so-manieth line.
            kind = next(iter(get_args(kind)), None)
            value = value[step] if isinstance(value, list | tuple) and step < len(value) else None
            named = value.get("name") if isinstance(value, dict) else None
            yield str(named or f"number {step + 1}")
            continue
        if (of_tag := _tagged(kind, step)) is not None:
            kind = of_tag
            continue
        field = getattr(kind, "model_fields", {}).get(step)
        kind = None if field is None else field.annotation
        value = value.get(step) if isinstance(value, dict) else None
        if field is None or field.title:
            yield step if field is None else field.title


def _tagged(kind: Any, tag: str) -> Any:
    """Of several kinds that are told apart by their field `kind`, the one with this tag."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    for one in get_args(kind):
        field = getattr(one, "model_fields", {}).get("kind")
        if field is not None and field.default == tag:
            return one
    return None


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
