"""Scenarios in Markdown: a Case comes in, its requests are sent in order and each answer is compared with what is written.

A `request` block is an HTTP request (method and path, header lines, a blank line, a body); the `answer`
block below it is a status, header lines, a blank line, and the JSON that the answer holds at least:

- objects may hold more than is written; `"absent"` as a value means that the property is not there;
- lists are written in full, unless they start with `"..."`: then each further item is somewhere in the list;
- a text `~pattern` is a regular expression; `$name` keeps what stands there, and later means it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.case_files import Case
from tests.mockserver.served import Client


async def play(case: Case, client: Client, kept: dict[str, str] | None = None) -> None:
    kept = {} if kept is None else kept
    for request, answer in zip(case.blocks[::2], case.blocks[1::2], strict=True):
        assert (request.info, answer.info) == ("request", "answer"), f"{case}: a request, then its answer"
        await _exchange(_replaced(request.text, kept), answer.text, client, kept)


async def _exchange(request: str, expected: str, client: Client, kept: dict[str, str]) -> None:
    head, _, body = request.partition("\n\n")
    first, *lines = head.strip().split("\n")
    method, path = first.split(" ", 1)
    headers: dict[str, str | None] = {"Content-Type": "application/json"} if body.strip() else {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name] = value.strip() if value.strip() != "none" else None
    answer = await client.send(method, path, headers=headers, content=body.strip().encode() or None)
    told = f"{first}\n-> {answer.status_code} {dict(answer.headers)} {answer.text}"
    head, _, wanted = expected.partition("\n\n")
    status, *lines = head.strip().split("\n")
    assert answer.status_code == int(status), told
    for line in lines:
        name, _, value = line.partition(":")
        wrong = _compared(value.strip() or "absent", answer.headers.get(name, _Missing), kept, name)
        assert not wrong, f"{wrong}\n{told}"
    if wanted.strip():
        wrong = _compared(json.loads(wanted), answer.json(), kept, "body")
        assert not wrong, f"{wrong}\n{told}"


class _Missing:
    """Stands for what is not there."""


def _replaced(text: str, kept: dict[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda found: kept.get(found[1], found[0]), text)


def _compared(wanted: Any, got: Any, kept: dict[str, str], place: str) -> str:
    """What differs; empty when nothing does."""
    if wanted == "absent":
        return "" if got is _Missing else f"{place} is there: {got!r}"
    if isinstance(wanted, str) and wanted.startswith("$"):
        return (
            "" if kept.setdefault(wanted[1:], str(got)) == str(got) else f"{place} is {got!r}, not {kept[wanted[1:]]!r}"
        )
    if isinstance(wanted, str) and wanted.startswith("~"):
        found = isinstance(got, str) and re.fullmatch(_replaced(wanted[1:], kept), got)
        if not found:
            return f"{place} is {got!r}, not like {wanted[1:]}"
        kept.update(found.groupdict())
        return ""
    if isinstance(wanted, dict) and isinstance(got, dict):
        parts = (_compared(each, got.get(name, _Missing), kept, f"{place}.{name}") for name, each in wanted.items())
        return next(filter(None, parts), "")
    if isinstance(wanted, list) and isinstance(got, list):
        return _compared_lists(wanted, got, kept, place)
    wanted = _replaced(wanted, kept) if isinstance(wanted, str) else wanted
    return "" if wanted == got and type(wanted) is type(got) else f"{place} is {got!r}, not {wanted!r}"


def _compared_lists(wanted: list[Any], got: list[Any], kept: dict[str, str], place: str) -> str:
    if wanted[:1] == ["..."]:
        lost = [each for each in wanted[1:] if all(_compared(each, one, dict(kept), place) for one in got)]
        return f"{place} has no {lost[0]!r}" if lost else ""
    if len(wanted) != len(got):
        return f"{place} has {len(got)} items, not {len(wanted)}"
    parts = (
        _compared(each, one, kept, f"{place}[{index}]")
        for index, (each, one) in enumerate(zip(wanted, got, strict=True))
    )
    return next(filter(None, parts), "")
