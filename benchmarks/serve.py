"""What serving costs, beside the servers that people would use instead, all in one run and in turns.

    make bench-serve                                    every section
    .venv/bin/python benchmarks/serve.py rates startup --source DOCS   some sections; DOCS is any SOURCE of slatemock

Sections: rates (requests a second, wrk), operations (does the time per request grow with the contract?), startup (from
command to first answer), memory (resident, and whether it grows), help (what the program itself costs).
Servers take turns within each round, and the median of the rounds' ratios counts: load on the machine then meets all alike.
Every server is asked before it is measured, and no answer of a measurement may be an error. Exit code 1: a target was missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import rivals
from rivals import AUTHORIZATION, LISTED, RECORDS, ROOT, SENT, TAKES_RECORDS, Server, running, specification

CONNECTIONS = 32
RIVALS = {"prism": 6.0, "prism, silent": None, "json-server": 3.0, "starlette": 1.0, "mockoon": None}
"""How many times their rate ours shall be; None for those that are shown beside."""
REQUESTS = {"list": ("GET", "/things", None), "read": ("GET", "/things/7", None), "create": ("POST", "/things", SENT)}
KINDS = ("list", "read", "list anew", "read anew", "create")
"""What is measured, in this order: creates make lists longer. Targets hold for requests that are alike; the others are shown beside."""
SIZES = (30, 300, 3000)
CONSTANT = 1.25
"""Time per request with 3,000 operations, as a multiple of that with 30: more than noise would be growth."""
MOST_MEGABYTES, MOST_GROWTH = 120.0, 1.05

missed: list[str] = []


def held(what: str, target: str, *, kept: bool) -> str:
    """Remember a target that was missed; the mark for its row."""
    if not kept:
        missed.append(f"{what}: {target}")
    return "ok" if kept else "MISSED"


# ---- load


SCRIPT = """
wrk.method = "{method}"
wrk.headers["Authorization"] = "{authorization}"
wrk.headers["Content-Type"] = "application/json"
wrk.body = {body}
{more}
done = function(summary, latency, requests)
  local e = summary.errors
  local wrong = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('{{"requests": %d, "us": %d, "errors": %d}}', summary.requests, summary.duration, wrong))
end
"""

BALANCED = """
local made, turn = {}, 0
local kinds = {}
request = function()
  turn = turn + 1
  if turn % 4 == 1 then kinds[#kinds + 1] = 1; return wrk.format("POST", "/things", nil, wrk.body) end
  if turn % 4 == 2 then return wrk.format("GET", "/things", nil, "") end
  if turn % 4 == 3 and #made > 0 then return wrk.format("DELETE", "/things/" .. table.remove(made), nil, "") end
  return wrk.format("GET", "/things/7", nil, "")
end
response = function(status, headers, body)
  if status == 201 then made[#made + 1] = string.match(body, '"id":%s*(%d+)') end
end
"""
"""Creates and deletes in balance, reads between them."""


ANEW = """
local number = 0
request = function()
  number = number + 1
  wrk.headers["X-Number"] = tostring(number)
  return wrk.format(nil, nil, wrk.headers, wrk.body)
end
"""
"""No request is like one before, so that nothing can be answered from memory."""


def load(server: Server, kind: str, seconds: int, more: str = "", connections: int = CONNECTIONS) -> dict[str, int]:
    """Run wrk on one kind of request; what it counted."""
    method, path, body = REQUESTS[kind]
    sent = "nil" if body is None else f"[[{json.dumps(body)}]]"
    text = SCRIPT.format(method=method, authorization=AUTHORIZATION, body=sent, more=more)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(text)
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name]
        done = subprocess.run([*command, f"http://127.0.0.1:{server.port}{path}"], check=True, capture_output=True)
    counted: dict[str, int] = json.loads(done.stdout.decode().splitlines()[-1])
    if counted["errors"] or not counted["requests"]:
        raise SystemExit(f"{server.name} answered {counted['errors']} errors to {kind}; nothing was measured")
    return counted


def rate(server: Server, kind: str, seconds: int) -> float:
    kind, _, anew = kind.partition(" ")
    see(server, kind)
    counted = load(server, kind, seconds, ANEW if anew else "")
    return counted["requests"] / counted["us"] * 1e6


def see(server: Server, kind: str) -> None:
    """See that a server answers what is measured: 2xx, and records of the right shape."""
    method, path, body = REQUESTS[kind]
    status, raw = server.ask(method, path, body)
    value = json.loads(raw) if 200 <= status < 300 else None
    records = value if kind == "list" else [value]
    right = isinstance(records, list) and len(records) == (LISTED if kind == "list" else 1)
    if not right or not all(isinstance(each, dict) and {"id", "name", "email"} <= each.keys() for each in records):
        raise SystemExit(f"{server.name} answers {kind} with {status} {raw[:200]!r}; it cannot be compared")


@contextmanager
def all_running(names: Sequence[str]) -> Iterator[list[Server]]:
    """All servers at once, each with files of its own: json-server writes into its."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = []
        for name in names:
            source = Path(folder) / f"{name}.json"
            content = RECORDS if name in TAKES_RECORDS else specification()
            source.write_text(json.dumps(content), encoding="utf-8")
            servers.append(stack.enter_context(running(name, source)))
            see(servers[-1], "list")
        yield servers


# ---- sections


def rates(given: argparse.Namespace) -> None:
    """Requests a second of each kind; the servers start anew for every round, so that all begin with 25 records."""
    names = ["slatemock", *RIVALS]
    measured: dict[tuple[str, str], list[float]] = {}
    for number in range(given.rounds):
        with all_running(names) as servers:
            turns = servers[number % len(servers) :] + servers[: number % len(servers)]
            for server in turns:
                load(server, "read", 1)
                load(server, "list", 1)
            for kind in KINDS:
                for server in turns:
                    measured.setdefault((kind, server.name), []).append(rate(server, kind, given.seconds))
    print(f"{rivals.versions()}; wrk -t1 -c{CONNECTIONS} -d{given.seconds}s, {given.rounds} rounds")
    print(f"{'':10}{'server':14} {'req/s':>8} {'ours is':>8} {'[min..max]':>16} {'target':>7}")
    for kind in KINDS:
        ours = measured[kind, "slatemock"]
        print(f"{kind:10}{'slatemock':14} {statistics.median(ours):8.0f}")
        for name, target in RIVALS.items():
            target = None if kind.endswith("anew") else target
            theirs = measured[kind, name]
            ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
            median = statistics.median(ratios)
            mark = held(f"{kind} beside {name}", f"x{target}", kept=median >= target) if target else ""
            print(
                f"{'':10}{name:14} {statistics.median(theirs):8.0f} {'x' + format(median, '.2f'):>8} "
                f"{f'[{min(ratios):.2f}..{max(ratios):.2f}]':>16} {f'x{target:g}' if target else '-':>7} {mark}"
            )


def operations(given: argparse.Namespace) -> None:
    """Time per request as the contract grows, on its last collection; and how long the largest takes to start."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers, started = [], []
        for size in SIZES:
            spec = Path(folder) / f"{size}.json"
            spec.write_text(json.dumps(specification(size)), encoding="utf-8")
            began = time.perf_counter()
            servers.append(stack.enter_context(running("slatemock", spec)))
            see(servers[-1], "list")
            started.append(time.perf_counter() - began)
        measured: dict[tuple[str, int], list[float]] = {}
        for _ in range(given.rounds):
            for kind in REQUESTS:
                for size, server in zip(SIZES, servers, strict=True):
                    if kind == "list":
                        server.ask("POST", "/__admin/reset")
                    measured.setdefault((kind, size), []).append(1e6 / rate(server, kind, given.seconds))
    print(f"{'':8}" + "".join(f"{f'{size} operations':>18}" for size in SIZES) + f"{'ratio':>8} {'target':>7}")
    for kind in REQUESTS:
        small, large = measured[kind, SIZES[0]], measured[kind, SIZES[-1]]
        ratio = statistics.median(one / other for one, other in zip(large, small, strict=True))
        mark = held(f"{kind} with {SIZES[-1]} operations", f"x{CONSTANT}", kept=ratio <= CONSTANT)
        times = "".join(f"{statistics.median(measured[kind, size]):15.0f} us" for size in SIZES)
        print(f"{kind:8}{times}{'x' + format(ratio, '.2f'):>8} {f'x{CONSTANT}':>7} {mark}")
    mark = held(f"start of {SIZES[-1]} operations", "5 s", kept=started[-1] < 5)
    print(f"{'start':8}" + "".join(f"{each:16.2f} s" for each in started) + f"{'':8} {'5 s':>7} {mark}")


def startup(given: argparse.Namespace) -> None:
    """From command to first answer: our documents, and for the others the OpenAPI document that is made of them."""
    if not given.source:
        print("left out: give documents with --source")
        return
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "openapi.json"
        built = [sys.executable, "-m", "slatemock", "build", given.source, "-o", str(spec)]
        subprocess.run(built, check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
        path = _first_read(json.loads(spec.read_text(encoding="utf-8")))
        names = {"slatemock": Path(given.source).resolve(), "prism": spec, "mockoon": spec}
        taken: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(given.rounds):
            for name, source in names.items():
                taken[name].append(_first_answer(name, source, path))
    ours = taken.pop("slatemock")
    print(f"first answer, GET {path}\n{'slatemock':14} {statistics.median(ours):6.2f} s   from the documents")
    for (name, theirs), most in zip(taken.items(), (1.0, 2.0), strict=True):
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        median = statistics.median(ratios)
        mark = held(f"start beside {name}", f"under x{most:g}", kept=median < most)
        spread = f"[{min(ratios):.2f}..{max(ratios):.2f}]"
        print(
            f"{name:14} {statistics.median(theirs):6.2f} s   ours takes x{median:.2f} {spread}, under x{most:g} {mark}"
        )


def _first_read(document: dict[str, Any]) -> str:
    """A path to ask for: the first that is read without values, below the first server's base path."""
    base = "/" + (document.get("servers") or [{"url": ""}])[0]["url"].partition("//")[2].partition("/")[2]
    plain = (path for path, item in document["paths"].items() if "{" not in path and "get" in item)
    return base.rstrip("/") + next(plain)


def _first_answer(name: str, source: Path, path: str) -> float:
    began = time.perf_counter()
    with running(name, source) as server:
        for tried in (path, path.removeprefix("/" + path.split("/")[1])):  # Prism leaves the base path out
            status, _ = server.ask("GET", tried)
            if status != 404:
                break
        taken = time.perf_counter() - began
    if status == 404 or status >= 500:
        raise SystemExit(f"{name} answers GET {path} with {status}; it cannot be compared")
    return taken


def memory(given: argparse.Namespace) -> None:
    """Resident memory of an API from documents, and whether a million requests make it grow."""
    source = Path(given.source or ROOT / "specs" / "elastic-io-v1").resolve()
    with running("slatemock", source) as server:
        server.ask("GET", "/__admin/plan")
        resident = server.megabytes()
        mark = held(f"memory of {source.name}", f"{MOST_MEGABYTES:g} MB", kept=resident < MOST_MEGABYTES)
        print(f"{source.name}: {resident:.0f} MB, under {MOST_MEGABYTES:g} MB {mark}")
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "things.json"
        spec.write_text(json.dumps(specification()), encoding="utf-8")
        with running("slatemock", spec) as server:
            sent, seen = 0, []
            for mark_at in (given.requests // 10, given.requests):
                while sent < mark_at:
                    sent += load(server, "create", 5, BALANCED, 8)["requests"]
                    server.ask("POST", "/__admin/reset")  # what wrk was about to delete when its time was up
                seen.append((sent, server.megabytes()))
            _, listed = server.ask("GET", "/things")
    (first, before), (last, after) = seen
    growth = after / before
    mark = held("memory over many requests", f"x{MOST_GROWTH}", kept=growth <= MOST_GROWTH)
    print(
        f"after {first} requests {before:.1f} MB, after {last} {after:.1f} MB: x{growth:.3f}, at most x{MOST_GROWTH} {mark}"
    )
    print(f"records at the end: {len(json.loads(listed))}")


def help_(given: argparse.Namespace) -> None:
    """User and system time of `slatemock --help`."""
    spent = []
    for _ in range(max(given.rounds, 5)):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "slatemock", "--help"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    median = statistics.median(spent)
    print(f"slatemock --help: {median:.3f} s of CPU, under 0.2 s {held('--help', '0.2 s', kept=median < 0.2)}")


SECTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "help": help_,
    "startup": startup,
    "operations": operations,
    "memory": memory,
    "rates": rates,
}
NEEDS_WRK, NEEDS_NPM = ("operations", "memory", "rates"), ("rates", "startup")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("section", nargs="*", metavar="SECTION", help=", ".join(SECTIONS) + " (default: all)")
    parser.add_argument("--source", help="documents whose start and memory are measured")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="how long wrk runs on one server in one round")
    parser.add_argument("--requests", type=int, default=1_000_000, help="after how many memory is looked at again")
    given = parser.parse_args()
    for name in given.section or SECTIONS:
        if name not in SECTIONS:
            parser.error(f"no section {name!r}; there are {', '.join(SECTIONS)}")
        print(f"\n== {name}", flush=True)
        if name in NEEDS_WRK and not shutil.which("wrk"):
            print("left out: wrk is not installed (Debian: apt-get install wrk)")
        elif name in NEEDS_NPM and (why := rivals.installed()):
            print(f"left out: {why}")
        else:
            SECTIONS[name](given)
    print("\n" + ("\n".join(f"missed: {each}" for each in missed) or "every target that was measured is met"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
