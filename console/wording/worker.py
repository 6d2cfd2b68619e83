"""The process that renders templates: a script, which imports the sandbox and nothing else of ours.

It reads requests from its standard input and writes answers to its standard output, each a JSON
object behind its length in four bytes. A template is hostile input: the process limits its own
memory (RLIMIT_AS), and has a timer of the system's that ends it when a request takes too long,
whatever it is doing, and also when nobody is left to end it.
"""

import contextlib
import json
import math
import resource
import signal
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from console.wording.sandbox import Renderer

MEGABYTES = 256
# The longest frame that is written or believed, in bytes.
LONGEST = 8_000_000
# A second net below the timer: processor time, in seconds.
CPU_SECONDS = 2
TOO_MUCH = f"It needs more than {MEGABYTES} MB of memory."


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
    for name in ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NPROC"):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (0, 0))
    ends = (signal.SIGALRM, signal.SIGXCPU)
    for one in ends:
        signal.signal(one, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)


def limit_time(seconds: float) -> None:
    """From now on we live so long at most, unless it is said anew; 0 is for ever."""
    if seconds:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, seconds)


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


def warm_renderer() -> "Renderer":
    """A renderer that has paid already what jinja2 puts off until its first template."""
    from console.wording.sandbox import Renderer

    renderer = Renderer(limit_time)
    for escape in ("text", "url", "html"):
        renderer.render("{% for a in [1] %}{{ x.y }}{% endfor %}", {"x": 1}, "", escape, 9)
    limit_time(0)
    return renderer


def answer(renderer: "Renderer", request: dict[str, Any]) -> dict[str, Any]:
    """`text`, or `broken` and `line`; behind a `last` one nothing more can be expected of us."""
    from console.wording.sandbox import Broken

    try:
        return {"text": renderer.render(**request)}
    except Broken as broken:
        if not broken.memory:
            return {"broken": str(broken), "line": broken.line}
        line = broken.line
    except MemoryError:
        line = None
    return {"broken": TOO_MUCH, "line": line, "last": True}


def main() -> None:
    """Answer until nobody asks any more; argv[1] is where modules are (JSON), ours first."""
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    has_limit = limit_memory()
    try:
        ours, *others = json.loads(sys.argv[1])
        # First: another console may be installed beside the one that started us.
        sys.path = [ours, *sys.path, *others]
        renderer = warm_renderer()
    except Exception as error:
        write_frame(outgoing, {"error": f"{type(error).__name__}: {error}"})
        return
    # Not before: Python writes down what it has compiled of jinja2.
    limit_the_rest()
    write_frame(outgoing, {"ready": True, "memory_limited": has_limit})
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            body = read_frame(incoming)
            limit_time(1.0)
            answered = answer(renderer, json.loads(body))
            limit_time(0)
            write_frame(outgoing, answered)
            if answered.get("last"):
                return


if __name__ == "__main__":
    main()
