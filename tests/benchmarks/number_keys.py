"""Prints how fast numbers become keys, beside plain phonenumbers (run it as a script)."""

import random
import statistics
import time

import phonenumbers
from phonenumbers import PhoneNumberFormat

from console.calls import numbers
from console.calls.numbers import NumberPlan
from console.calls.text import clean

RUNS, HOW_MANY = 5, 20_000


def plain_numbers(rng: random.Random) -> list[str]:
    """Numbers as a German trunk sends them: no two alike."""
    made: dict[str, None] = {}
    while len(made) < HOW_MANY:
        mobile = f"{rng.choice(['151', '160', '170', '172', '176'])}{rng.randrange(10**6, 10**7)}"
        landline = f"{rng.choice(['30', '40', '89', '221'])}{rng.randrange(10**5, 10**8)}"
        national = rng.choice([mobile, landline])
        made[rng.choice(["0", "+49", "0049"]) + national] = None
    return list(made)


def rate(work) -> float:
    """Median items per second of RUNS runs."""
    speeds = []
    for _ in range(RUNS):
        numbers._normal.cache_clear()
        began = time.perf_counter()
        work()
        speeds.append(HOW_MANY / (time.perf_counter() - began))
    return statistics.median(speeds)


def main() -> None:
    raws = plain_numbers(random.Random(7))
    plan = NumberPlan("DE", "030")
    spaced = [f"{raw[:5]} {raw[5:]}" for raw in raws]
    few = [raws[i % 500] for i in range(HOW_MANY)]

    def by_phonenumbers(texts: list[str]) -> list[str]:
        made = []
        for text in texts:
            number = phonenumbers.parse(text, "DE")
            made.append(phonenumbers.format_number(number, PhoneNumberFormat.E164))
        return made

    assert [plan.normal(raw) for raw in raws] == by_phonenumbers(raws)
    pure = rate(lambda: by_phonenumbers(raws))
    print(f"phonenumbers, all different   {pure:12,.0f} numbers/s")
    for title, texts in [
        ("plain forms, all different", raws),
        ("spaced, all different", spaced),
        ("plain, 500 callers", few),
    ]:
        speed = rate(lambda texts=texts: [plan.normal(text) for text in texts])
        print(f"{title:<29} {speed:12,.0f} numbers/s   {speed / pure:6.1f} times")
    for title, text in [("clean, plain ASCII", "PJSIP/101-0000a1"), ("clean, umlauts", "Söhne")]:
        speed = rate(lambda text=text: [clean(text) for _ in range(HOW_MANY)])
        print(f"{title:<29} {speed:12,.0f} texts/s")


if __name__ == "__main__":
    main()
