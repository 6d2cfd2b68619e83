"""Fields of a form from a declaration (pydantic), and its refusals as sentences."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from console.settings.refused import beginning, must
from console.tui.widgets.form.field import FormField
from console.tui.widgets.form.options import ChoiceField, SomeField, SwitchField
from console.tui.widgets.form.text import (
    HeadersField,
    ParagraphField,
    SecretField,
    TextField,
    lines_of,
    pairs,
    text_of_lines,
    text_of_pairs,
)

# A text that may be longer than this gets several lines.
ONE_LINE = 2500


def fields_of(
    model: type[BaseModel], names: Iterable[str] | None = None, prefix: str = ""
) -> Iterator[FormField]:
    """A field for each declared one with a title, keyed `prefix` and name; what has a form of its
    own is left to the caller."""
    for name, field in model.model_fields.items():
        if field.title and (names is None or name in names):
            made = _field(f"{prefix}{name}", field)
            if made is not None:
                yield made


def _field(key: str, field: FieldInfo) -> FormField | None:
    label, help = field.title or "", field.description or ""
    example = str(field.examples[0]) if field.examples else ""
    kind = field.annotation
    if kind is bool:
        return SwitchField(key, label, help)
    if kind is SecretStr:
        return SecretField(key, label, help)
    if kind is int:
        return TextField(key, label, help, example=example, read=_whole, limit=12)
    if get_origin(kind) is Literal:
        return ChoiceField(key, label, help, choices=[(one, str(one)) for one in get_args(kind)])
    if get_origin(kind) is tuple:
        each = get_args(kind)[0]
        if isinstance(each, type) and issubclass(each, Enum):
            return SomeField(key, label, help, choices=[(one, str(one.value)) for one in each])
        return ParagraphField(key, label, help, example=example, read=lines_of, write=text_of_lines)
    if get_origin(kind) is dict and get_args(kind)[1] is SecretStr:
        return HeadersField(key, label, help, example=example)
    if get_origin(kind) is dict:
        return ParagraphField(key, label, help, example=example, read=pairs, write=text_of_pairs)
    if kind is str:
        limit = longest(field) or ONE_LINE
        if limit > ONE_LINE:
            return ParagraphField(key, label, help, example=example, rows=4)
        return TextField(key, label, help, example=example, limit=limit)
    return None


def longest(field: FieldInfo) -> int | None:
    """How many characters a declared field may have; None if nobody said."""
    limits = (getattr(limit, "max_length", None) for limit in field.metadata)
    return next((limit for limit in limits if limit is not None), None)


def refusals(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, str]:
    """What a declaration says against these values: a sentence by field, "" for the whole."""
    try:
        model.model_validate(values)
    except ValidationError as refused:
        return {
            str(error["loc"][0]) if error["loc"] else "": sentence(error, model)
            for error in reversed(refused.errors())
        }
    return {}


def sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What a field may be, in words, after pydantic refused a value."""
    name = str(error["loc"][0]) if error["loc"] else ""
    field = model.model_fields.get(name)
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return f"It must be {context['error']}." if name else f"{context['error']}."
        case "missing" | "string_too_short" | "too_short":
            return "This is needed."
        case "string_too_long" | "too_long":
            return f"At most {context['max_length']} are possible."
        case "greater_than_equal":
            return f"At least {context['ge']}."
        case "less_than_equal":
            return f"At most {context['le']}."
        case "string_pattern_mismatch" if (
            field is not None and field.examples and not beginning(context["pattern"])
        ):
            return f"It must look like {field.examples[0]}"
        case _:
            return f"It {must(error, model)}."


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("It must be a whole number.") from None
