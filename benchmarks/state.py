"""What a state costs: microseconds a call, medians of several rounds.

    python benchmarks/state.py [FILE | postgresql://user@host/database]...

Without arguments: memory, and a temporary file with and without --durable.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mockserver.state.opening import opened
from mockserver.state.store import Store

BODY = b'{"id":"55083c567aea6f030000001a","name":"My team","members":["5508411b34e5ac0300000019"],"about":"%b"}' % (
    b"y" * 60
)
TEAMS, OTHERS = "/teams/{}", "/others/{}"
RECORDS, ROUNDS = 1000, 5


def calls(store: Store) -> dict[str, Callable[[int], object]]:
    turn = count()  # a body that stays the same would not be written

    def insert(number: int) -> None:
        with store.together():
            store.put(OTHERS, "", f"{number:024d} {store.next('insert')}", BODY)

    def update(number: int) -> None:
        with store.together():
            store.get(TEAMS, "", f"{number % RECORDS:024d}")
            store.put(TEAMS, "", f"{number % RECORDS:024d}", b"%d" % next(turn) + BODY)

    return {
        "get": lambda number: store.get(TEAMS, "", f"{number % RECORDS:024d}"),
        "find": lambda number: store.find(TEAMS, f"{number % RECORDS:024d}"),
        "first 25": lambda _: store.bodies(TEAMS, "", 25),
        "last 25": lambda _: store.bodies(TEAMS, "", 25, RECORDS - 25),
        "update": update,
        "count and insert": insert,
    }


def microseconds(call: Callable[[int], object], times: int) -> float:
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for number in range(times):
            call(number)
        rounds.append((time.perf_counter() - start) / times * 1e6)
    return median(rounds)


def measure(name: str, store: Store, times: int) -> None:
    with store.together():
        for number in range(RECORDS):
            store.put(TEAMS, "", f"{number:024d}", BODY)
    costs = {what: microseconds(call, times) for what, call in calls(store).items()}
    print(f"{name:24}", "  ".join(f"{what} {cost:.1f}" for what, cost in costs.items()), flush=True)
    store.clear()
    store.close()


def main() -> None:
    if len(sys.argv) > 1:
        for where in sys.argv[1:]:
            measure(where.rpartition("@")[2], opened(where), 500)
        return
    measure("memory", opened(), 2000)
    with tempfile.TemporaryDirectory() as folder:
        measure("file", opened(f"{folder}/a.db"), 2000)
        measure("file --durable", opened(f"{folder}/b.db", durable=True), 100)


if __name__ == "__main__":
    main()
