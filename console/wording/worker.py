"""The process that renders templates: a script of its own, that knows jinja2 and nothing else.

It reads requests from its standard input and writes answers to its standard output, each a JSON
object behind its length in four bytes (`read_frame`). A template is hostile input: it gets a
sandbox without loaders, 256 MB of memory (RLIMIT_AS), and a timer of the system's that ends the
process when a request takes too long, whatever it is doing, and also if nobody is left to end it.
"""

import contextlib
import json
import math
import re
import resource
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

MEGABYTES = 256
SECONDS = 0.2
# The longest frame that is written or believed, in bytes.
LONGEST = 8_000_000
# Templates that stay compiled.
CACHED = 64
# A second net below the timer: processor time, in seconds.
CPU_SECONDS = 2
TOO_MUCH = f"It needs more than {MEGABYTES} MB of memory."
_PARTS_OF_TREE = ("Include", "Import", "FromImport", "Extends")
# Inside a macro jinja2 takes `caller` for what {% call %} gives it; who calls is kept under this.
_WHO_CALLS = "caller_of_the_call"


class Broken(Exception):
    """The template can't be rendered: a sentence, and the line where that is known.

    After the `last` one nothing more can be expected of this process.
    """

    def __init__(self, reason: str, line: int | None = None, *, last: bool = False) -> None:
        super().__init__(reason)
        self.line = line
        self.last = last


class Plain(str):
    """Text that is part of the address already; whatever is made of it is escaped again."""

    __slots__ = ()


# -- the sandbox ---------------------------------------------------------------------------------


def environment(keep: str, *, escape: bool) -> "Environment":
    """The sandbox; with `escape` what is filled in is percent-escaped, but for letters in `keep`.

    `|safe` and `|urlencode` give text that is not escaped again.
    """
    from jinja2 import ChainableUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.filters import do_urlencode
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        def getattr(self, obj: Any, attribute: str) -> Any:
            # A fact called "items" is the fact, not the method of the table it stands in.
            if type(obj) is dict and attribute in obj:
                return obj[attribute]
            return super().getattr(str(obj) if isinstance(obj, Plain) else obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            return super().getitem(str(obj) if isinstance(obj, Plain) else obj, argument)

        def unsafe_undefined(self, obj: Any, attribute: str) -> Any:
            raise SecurityError(f"The attribute {attribute!r} is not for templates")

    made = Sandbox(
        undefined=ChainableUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=escaper(keep) if escape else lambda value: "" if value is None else value,
        cache_size=0,
    )
    del made.globals["lipsum"]
    if escape:
        # What blocks and macros make is escaped inside them.
        made.concat = lambda parts: Plain("".join(parts))  # type: ignore[method-assign]
        made.filters["safe"] = lambda value: Plain(value)
        made.filters["urlencode"] = lambda value: Plain(do_urlencode(value))
    return made


def escaper(keep: str) -> Callable[[Any], str]:
    """What escapes a value for any place in an address (RFC 3986, 2.1)."""
    from urllib.parse import quote

    foreign = re.compile(f"[^{re.escape(keep)}]+") if keep else re.compile(".+", re.DOTALL)

    def escape(value: Any) -> str:
        if isinstance(value, Plain):
            return value
        text = "" if value is None else str(value)
        return foreign.sub(lambda found: quote(found[0], safe="", errors="replace"), text)

    return escape


def compiled(made: "Environment", source: str, names: Iterable[str]) -> "Template":
    """The template, checked for names that nobody knows; raises Broken."""
    from jinja2 import TemplateSyntaxError

    try:
        return _compiled(made, source, names)
    except TemplateSyntaxError as error:
        raise Broken(sentence(error.message or "It can't be read"), error.lineno) from None
    except (RecursionError, SyntaxError):
        # A syntax error is one of the Python that jinja2 makes of it.
        raise Broken("It is nested too deeply.") from None


def _compiled(made: "Environment", source: str, names: Iterable[str]) -> "Template":
    from jinja2 import nodes
    from jinja2.meta import find_undeclared_variables

    tree = made.parse(source)
    for kind in _PARTS_OF_TREE:
        for part in tree.find_all(getattr(nodes, kind)):
            raise Broken("Other templates can't be used here.", part.lineno)
    known = {*names, *made.globals}
    stored = {each.name for each in tree.find_all(nodes.Name) if each.ctx != "load"}
    unknown = find_undeclared_variables(tree) - known - stored
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            fields = ", ".join(sorted(names))
            raise Broken(f"There is no {name.name!r} here; there is {fields}.", name.lineno)
    if "caller" not in stored:
        _set_caller_apart(tree)
    return made.from_string(tree)


def _set_caller_apart(tree: "nodes.Template") -> None:
    from jinja2 import nodes

    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    for name in tree.find_all(nodes.Name):
        if name.name == "caller" and id(name) not in called:
            name.name = _WHO_CALLS


def rendered(template: "Template", values: Mapping[str, Any], most: int) -> str:
    """What the template makes of the values, cut at `most` characters; raises Broken."""
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
    raise Broken(TOO_MUCH, line, last=True)


def _line(template: "Template", error: BaseException) -> int | None:
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


# -- requests ------------------------------------------------------------------------------------


class Renderer:
    """Answers requests; keeps the latest templates compiled."""

    def __init__(self) -> None:
        self._environments: dict[tuple[str, bool], Environment] = {}
        self._templates: OrderedDict[tuple[str, bool, frozenset[str]], Template] = OrderedDict()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """`text`, or `broken` and `line`; with `last` nothing more can be expected of us."""
        try:
            template = self._template(
                request["template"], request["keep"], request["escape"], request["values"]
            )
            return {"text": rendered(template, request["values"], request["most"])}
        except Broken as broken:
            reason, line, last = str(broken), broken.line, broken.last
        except MemoryError:
            reason, line, last = TOO_MUCH, None, True
        return {"broken": reason, "line": line, "last": last}

    def _template(
        self, source: str, keep: str, escape: bool, names: Mapping[str, Any]
    ) -> "Template":
        key = (source, escape, frozenset(names))
        if key in self._templates:
            self._templates.move_to_end(key)
            return self._templates[key]
        made = self._environments.get((keep, escape))
        if made is None:
            made = self._environments[keep, escape] = environment(keep, escape=escape)
        template = self._templates[key] = compiled(made, source, names)
        if len(self._templates) > CACHED:
            self._templates.popitem(last=False)
        return template


def read_frame(stream: IO[bytes]) -> bytes:
    """The next frame's JSON; raises EOFError."""
    head = stream.read(4)
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    if len(head) < 4 or len(body) < size:
        raise EOFError
    return body


def write_frame(stream: IO[bytes], value: dict[str, Any]) -> None:
    """Write one JSON value behind its length; lone surrogates pass as escapes."""
    body = json.dumps(value).encode("ascii")
    stream.write(len(body).to_bytes(4, "big") + body)
    stream.flush()


def limit_memory() -> bool:
    """Whether the system keeps us below MEGABYTES (macOS does not know such a limit)."""
    most = MEGABYTES * 1_000_000
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (AttributeError, ValueError, OSError):
        return False
    return sys.platform != "darwin"


def limit_the_rest() -> None:
    """No files, no processes, no core; the alarm ends us whatever our starter did with it."""
    for name, most in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_NPROC", 0)):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))
    for ends in (signal.SIGALRM, signal.SIGXCPU):
        signal.signal(ends, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM, signal.SIGXCPU})


def limit_time(seconds: float) -> None:
    """From now on we live so long at most, unless it is said anew; 0 is for ever."""
    if seconds:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, seconds)


def main() -> None:
    """Answer until nobody asks any more; argv[1] is where else modules may be (JSON)."""
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    has_limit = limit_memory()
    try:
        sys.path += [place for place in json.loads(sys.argv[1]) if place not in sys.path]
        renderer = Renderer()
        for escape in (False, True):
            # The first template costs what jinja2 puts off until then.
            warm = "{% for a in [1] %}{{ x.y }}{% endfor %}"
            asked = {"template": warm, "keep": "", "escape": escape, "values": {"x": 1}, "most": 9}
            renderer.answer(asked)
        # Not before: Python writes what it has compiled of jinja2.
        limit_the_rest()
    except Exception as error:
        write_frame(outgoing, {"error": f"{type(error).__name__}: {error}"})
        return
    write_frame(outgoing, {"ready": True, "memory_limited": has_limit})
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            body = read_frame(incoming)
            limit_time(SECONDS)
            answer = renderer.answer(json.loads(body))
            limit_time(0)
            write_frame(outgoing, answer)
            if answer.get("last"):
                return


if __name__ == "__main__":
    main()
