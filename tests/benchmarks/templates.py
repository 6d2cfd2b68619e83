"""Prints what a template costs: the process's start, a warm render, and one that hangs.

python -m tests.benchmarks.templates
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from console.calls.numbers import NumberPlan
from console.settings.live import DEFAULT_TEMPLATE
from console.wording.sample import sample_values
from console.wording.wording import Broken, Rendered, Wording

STARTS, RENDERS = 10, 5_000
HANGS = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
LONG = DEFAULT_TEMPLATE + "{% if caller.known %}{{ caller.name|upper }}{% endif %}\n" * 100


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


def told(title: str, times: list[float]) -> None:
    times.sort()
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    print(f"{title:<46} p50 {p50:8.2f} ms   p99 {p99:8.2f} ms   {len(times):,} times")


async def main() -> None:
    plan = NumberPlan("DE", "30")
    values = sample_values(None, plan, datetime(2026, 11, 24, 14, 5, tzinfo=UTC))

    async def expect(template: str, kind: type[Rendered] | type[Broken]) -> None:
        made = await wording.render(template, values)
        assert isinstance(made, kind), made

    cold = []
    for _ in range(STARTS):
        wording = Wording()
        cold.append(await timed(wording.warm))
        await wording.close()
    told("start of the process, ready to render", cold)

    wording = Wording()
    await wording.warm()
    for title, template in [("the site's template, warm", DEFAULT_TEMPLATE), ("one of 6 kB", LONG)]:
        await expect(template, Rendered)
        told(title, [await timed(lambda t=template: expect(t, Rendered)) for _ in range(RENDERS)])
    new = [f"{n}{LONG}" for n in range(100)]
    told("one of 6 kB, never seen", [await timed(lambda t=t: expect(t, Rendered)) for t in new])

    killed, after = [], []
    for n in range(STARTS):
        killed.append(await timed(lambda n=n: expect(f"{n}{HANGS}", Broken)))
        after.append(await timed(lambda: expect(DEFAULT_TEMPLATE, Rendered)))
    told("an endless loop, killed", killed)
    told("the next one, by a new process", after)
    await wording.close()


if __name__ == "__main__":
    asyncio.run(main())
