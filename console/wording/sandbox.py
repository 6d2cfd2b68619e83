"""The sandbox that templates are rendered in: jinja2, with nothing to reach and nothing to load.

Only the process for templates (worker.py) imports this; it limits memory and time.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from jinja2 import ChainableUndefined, Template, TemplateSyntaxError, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.filters import do_urlencode
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

# To render; and to compile, once for each template, which evaluates nothing of it.
SECONDS = 0.2
COMPILE_SECONDS = 1.0
# Templates that stay compiled.
CACHED = 64
_LOADS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
# Inside a macro jinja2 takes `caller` for what {% call %} gives it; who calls is kept under this.
_WHO_CALLS = "caller_of_the_call"


class Broken(Exception):
    """The template can't be rendered: a sentence, and the line where that is known."""

    def __init__(self, reason: str, line: int | None = None, *, memory: bool = False) -> None:
        super().__init__(reason)
        self.line = line
        self.memory = memory  # it took all there is


class Plain(str):
    """Text that is part of the address already; whatever is made of it is escaped again."""

    __slots__ = ()


class _Generator(CodeGenerator):
    """Notes the names that a template takes from what it is given."""

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        assert isinstance(self.environment, Sandbox)
        self.environment.asked |= {
            name for action, name in frame.symbols.loads.values() if action == "resolve" and name
        }


class Sandbox(ImmutableSandboxedEnvironment):
    """No loader, no private attribute, nothing changed; what is missing is empty text.

    With `escape="url"` what is filled in is percent-escaped, but for the characters in `keep`;
    `|safe` and `|urlencode` give text that is not escaped again. With `escape="html"` it is escaped
    for HTML whatever the template says: what callers and contacts are named is never markup.
    """

    code_generator_class = _Generator

    def __init__(self, keep: str, *, escape: str) -> None:
        finish = escaper(keep) if escape == "url" else _empty_for_none

        @pass_context
        def finalize(_: Context, value: Any) -> Any:
            return finish(value)

        super().__init__(
            undefined=ChainableUndefined,
            autoescape=escape == "html",
            trim_blocks=True,
            lstrip_blocks=True,
            # As it wants a context, jinja2 can't evaluate constants while it compiles.
            finalize=finalize,
            optimized=False,
            cache_size=0,
        )
        self.asked: set[str] = set()
        del self.globals["lipsum"]
        if escape == "html":
            self.filters["safe"] = str
        if escape == "url":
            # What blocks and macros make is escaped inside them.
            self.concat = _plain  # type: ignore[method-assign]
            self.filters["safe"] = Plain
            self.filters["urlencode"] = lambda value: Plain(do_urlencode(value))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An item of a table, else an attribute: a fact called "items" is the fact."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(_without_mark(obj), attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item, else an attribute."""
        return super().getitem(_without_mark(obj), argument)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Any:
        """Never: somebody tries to break out, and is told."""
        raise SecurityError(f"The attribute {attribute!r} is not for templates")


def escaper(keep: str) -> Callable[[Any], str]:
    """What escapes a value for any place in an address (RFC 3986, 2.1)."""
    foreign = re.compile(f"[^{re.escape(keep)}]+") if keep else re.compile(".+", re.DOTALL)

    def escape(value: Any) -> str:
        if isinstance(value, Plain):
            return value
        text = "" if value is None else str(value)
        return foreign.sub(lambda found: quote(found[0], safe="", errors="replace"), text)

    return escape


def _empty_for_none(value: Any) -> Any:
    return "" if value is None else value


def _plain(parts: Iterable[str]) -> Plain:
    return Plain("".join(parts))


def _without_mark(value: Any) -> Any:
    # The methods of a marked text would give marked text.
    return str(value) if isinstance(value, Plain) else value


# -- compiling -----------------------------------------------------------------------------------


def compiled(sandbox: Sandbox, source: str, names: Iterable[str]) -> Template:
    """The template, checked for names that nobody knows; raises Broken."""
    try:
        return _compiled(sandbox, source, frozenset(names))
    except TemplateSyntaxError as error:
        raise Broken(sentence(error.message or "It can't be read"), error.lineno) from None
    except (RecursionError, SyntaxError):
        # A syntax error is one of the Python that jinja2 makes of it.
        raise Broken("It is nested too deeply.") from None


def _compiled(sandbox: Sandbox, source: str, names: frozenset[str]) -> Template:
    tree = sandbox.parse(source)
    for part in tree.find_all(_LOADS):
        raise Broken("Other templates can't be used here.", part.lineno)
    if sandbox.autoescape:
        for switch in tree.find_all(nodes.EvalContextModifier):
            raise Broken("Escaping can't be switched off here.", switch.lineno)
    stored = {each.name for each in tree.find_all(nodes.Name) if each.ctx != "load"}
    if "caller" not in stored:
        _set_caller_apart(tree)
    sandbox.asked = set()
    python = sandbox.compile(tree, raw=True)
    unknown = sandbox.asked - names - stored - {*sandbox.globals, _WHO_CALLS}
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            fields = ", ".join(sorted(names))
            raise Broken(f"There is no {name.name!r} here; there is {fields}.", name.lineno)
    code = compile(python, "<template>", "exec")
    return Template.from_code(sandbox, code, sandbox.make_globals(None))


def _set_caller_apart(tree: nodes.Template) -> None:
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    for name in tree.find_all(nodes.Name):
        if name.name == "caller" and id(name) not in called:
            name.name = _WHO_CALLS


# -- rendering -----------------------------------------------------------------------------------


def rendered(template: Template, values: Mapping[str, Any], most: int) -> str:
    """What the template makes of the values, cut behind `most` characters; raises Broken."""
    context = template.new_context({**values, _WHO_CALLS: values.get("caller")})
    parts: list[str] = []
    size = 0
    try:
        for part in template.root_render_func(context):
            parts.append(part)
            size += len(part)
            if size > most:
                break
        return "".join(parts)[: most + 1]
    except MemoryError as error:
        line = _line(template, error)
    except RecursionError as error:
        raise Broken("It calls itself without end.", _line(template, error)) from None
    except Exception as error:
        raise Broken(sentence(str(error) or type(error).__name__), _line(template, error)) from None
    # Outside the except clause, where all that took the memory is still held.
    raise Broken("It needs more memory than there is.", line, memory=True)


def _line(template: Template, error: BaseException) -> int | None:
    """The template's line in which it failed, the innermost."""
    line = None
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == "<template>":
            line = template.get_corresponding_lineno(frame.tb_lineno)
        frame = frame.tb_next
    return line


def sentence(reason: str) -> str:
    """A reason of jinja2's or Python's, short and as a sentence."""
    reason = reason[:300].strip()
    return f"{reason[:1].upper()}{reason[1:]}{'' if reason.endswith('.') else '.'}"


class Renderer:
    """Renders one template after another, and keeps the latest compiled.

    `limit` is told how many seconds what comes next may take.
    """

    def __init__(self, limit: Callable[[float], None] = lambda seconds: None) -> None:
        self._limit = limit
        self._sandboxes: dict[tuple[str, str], Sandbox] = {}
        self._templates: OrderedDict[tuple[str, str, str, frozenset[str]], Template] = OrderedDict()

    def render(
        self, source: str, values: Mapping[str, Any], keep: str, escape: str, most: int
    ) -> str:
        """The text, cut behind `most` characters; raises Broken and MemoryError."""
        template = self._template(source, keep, escape, values)
        self._limit(SECONDS)
        return rendered(template, values, most)

    def _template(self, source: str, keep: str, escape: str, names: Iterable[str]) -> Template:
        key = (source, keep, escape, frozenset(names))
        if key in self._templates:
            self._templates.move_to_end(key)
            return self._templates[key]
        if (keep, escape) not in self._sandboxes:
            self._sandboxes[keep, escape] = Sandbox(keep, escape=escape)
        self._limit(COMPILE_SECONDS)
        template = compiled(self._sandboxes[keep, escape], source, names)
        self._templates[key] = template
        if len(self._templates) > CACHED:
            self._templates.popitem(last=False)
        return template
