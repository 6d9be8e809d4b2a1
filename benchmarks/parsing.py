"""The whole way from text to an OpenAPI dict, as a multiple of what markdown-it-py alone takes for the same text.

    make bench                            the real documents beside the checkout, and growth at 1, 2, 4, 8 MB
    .venv/bin/python benchmarks/parsing.py FOLDER...   documents of one's own

Both ways are timed in turns, and the median of the ratios counts: load on the machine then meets both alike. markdown-it-py
is given its CommonMark rules with tables, and does what its users have it do: `parse`, with all inline text. Rounds of one
document remember what its words meant in the last one; a line of its own tells what the first round takes, without any memory.
"""

from __future__ import annotations

import gc
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from functools import _lru_cache_wrapper
from pathlib import Path

from markdown_it import MarkdownIt

from doc_parser import load, parse
from doc_parser.formats import document
from doc_parser.source import Loaded, SourceError
from doc_parser.structs import replace

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
ROUNDS = 7
TARGET = 3.0
MEGABYTES = (1, 2, 4, 8)

markdown = MarkdownIt("commonmark", {"html": True}).enable("table")


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def forget() -> None:
    """Empty all memories of our own functions."""
    for each in gc.get_objects():
        if isinstance(each, _lru_cache_wrapper) and each.__module__.startswith("doc_parser"):
            each.cache_clear()


def in_memory(loaded: Loaded) -> Loaded:
    """The same SOURCE with its includes already read: disks are not what is measured."""
    kept: dict[str, bytes | SourceError] = {}

    def read(name: str) -> bytes:
        if name not in kept:
            try:
                kept[name] = loaded.read(name)
            except SourceError as error:
                kept[name] = error
        found = kept[name]
        if isinstance(found, SourceError):
            raise found
        return found

    return replace(loaded, read=read)


def compared(loaded: Loaded, rounds: int = ROUNDS) -> tuple[int, float, float, float, float]:
    """Characters, seconds of ours and theirs (medians), median ratio, seconds of ours without any memory (median)."""
    texts = [source.text for source in document(loaded)[0].sources]
    ours, theirs, first = [], [], []
    for _ in range(rounds):
        gc.collect()
        theirs.append(seconds(lambda: [markdown.parse(text) for text in texts]))
        forget()
        for taken in (first, ours):
            gc.collect()
            taken.append(seconds(lambda: parse(loaded).openapi))
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    return sum(map(len, texts)), statistics.median(ours), statistics.median(theirs), ratio, statistics.median(first)


def documents(folders: Iterable[Path]) -> list[tuple[str, Loaded]]:
    found = []
    for folder in folders:
        loaded = in_memory(load(str(folder)))
        try:
            parse(loaded)
        except SourceError as error:
            print(f"{folder.name}: left out: {error}", file=sys.stderr)
        else:
            found.append((folder.name, loaded))
    return found


def repeated(chosen: list[tuple[str, Loaded]], size: int) -> Loaded:
    """All documents as one text, again and again up to a size; paths get a number, so that every operation is another one."""
    texts = [source.text for _, loaded in chosen for source in document(loaded)[0].sources]
    body = re.sub(r"\A---\n.*?\n---\n", "", "\n\n".join(texts), flags=re.DOTALL)
    copies: list[str] = []
    length = 0
    while length < size:
        number = len(copies)
        copies.append(re.sub(r"(/)([a-z_]{3,})(?=[/\s`\"'?])", rf"\1\g<2>x{number}", body))
        length += len(copies[-1])
    text = "\n\n".join(copies)[:size]
    first = chosen[0][1]
    return replace(first, index=replace(first.index, text=text.rpartition("\n")[0]))


def main() -> int:
    folders = [Path(each) for each in sys.argv[1:]] or sorted(
        (each for each in CORPUS.iterdir() if each.is_dir()) if CORPUS.is_dir() else (ROOT / "specs").iterdir()
    )
    chosen = documents(folders)
    print(f"{'document':44} {'kB':>6} {'ms':>8} {'markdown-it-py':>15} {'ratio':>6}")
    rows = [(name, *compared(loaded)) for name, loaded in chosen]
    for name, size, ours, theirs, ratio, _ in rows:
        print(f"{name:44} {size / 1000:6.0f} {ours * 1000:8.1f} {theirs * 1000:15.1f} {ratio:6.2f}")
    total = [sum(row[column] for row in rows) for column in (1, 2, 3, 5)]
    pooled = total[1] / total[2]
    print(f"{'pooled, without memory':44} {'':6} {total[3] * 1000:8.1f} {'':15} {total[3] / total[2]:6.2f}")
    median = statistics.median(row[4] for row in rows)
    print(f"{'pooled':44} {total[0] / 1000:6.0f} {total[1] * 1000:8.1f} {total[2] * 1000:15.1f} {pooled:6.2f}")
    print(f"median of documents {median:.2f}, highest {max(row[4] for row in rows):.2f}, target for pooled {TARGET}\n")
    print(f"{'MB':>4} {'operations':>11} {'s':>8} {'s per MB':>9} {'ratio':>6}")
    for size in MEGABYTES:
        grown = repeated(chosen, size * 1_000_000)
        _, ours, _, ratio, _ = compared(grown, rounds=1)
        print(f"{size:4} {len(parse(grown).api.operations):11} {ours:8.2f} {ours / size:9.2f} {ratio:6.2f}", flush=True)
    return 0 if pooled <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
