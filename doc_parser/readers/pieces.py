"""What one fence holds: a code block comes in; the payloads and messages in it go out, each below the words that announce it.

`// Request` and `// Response` may share a fence, and what came back may stand in comments below a command. Nothing is split
but where a payload is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from doc_parser.document import Code
from doc_parser.evidence import NO_CAPTION
from doc_parser.readers.captions import Captioned, caption
from doc_parser.structs import replace

_LABEL = re.compile(r"[ \t]*(?:#+|//+|--+|\*+|>+)?[ \t]*([^\W\d_][^\n{}\[\]\"=]{0,60}?)[ \t:*-]*")
_BEGINS_WITH_WORD = re.compile(r"\n[ \t]*+(?:(?:#+|//+|--+|\*+|>+)[ \t]*+)?[^\W\d_]")
"""A line that does: labels and messages, and none of a payload."""
_LONGEST = 200
"""Characters of a line that may be a label."""
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"")
_BRACKET = re.compile(r"[{}\[\]]")
_COMMENT = re.compile(r"[ \t]*(?:#+|//+)[ \t]?(.*)")
_STATUS = re.compile(r"\bHTTPS?/[\d.]+ +[1-5]\d\d\b|\bstatus ?code:? +[1-5]\d\d\b", re.IGNORECASE)
_MESSAGE = re.compile(r"[ \t]*HTTPS?/\d(?:\.\d)?\s+\d{3}\b")
_BEGINS = ("{", "[")
_ENDS = frozenset("}]")


def pieces(each: Captioned) -> Iterator[Captioned]:
    """Split a fence at the labels in it that tell requests from answers; a fence without such labels is one piece."""
    if not _BEGINS_WITH_WORD.search("\n" + each.code.content):
        yield each
        return
    lines = each.code.content.split("\n")
    starts = dict(_starts(lines))
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    message = starts and _MESSAGE.match(lines[min(starts)])  # words alone stand above it
    if not starts or not (
        message or first in starts or lines[first].lstrip().startswith(_BEGINS) or _parts(lines, first)
    ):
        yield each  # code of another kind
        return
    for start, end in pairwise([*({first: "", **starts}), len(lines)]):
        label = starts.get(start, "")
        begins = start + bool(label)
        code = replace(each.code, content="\n".join(lines[begins:end]), span=each.code.span.below(begins))
        if label:
            yield Captioned(code, caption(label, each.code.span.below(start)), first=True)
        elif code.content.strip():
            yield replace(each, code=code)


def _starts(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines where a piece begins, with their label: a line of words above a payload; or a status line, or a remark between two
    payloads, which are no labels.
    """
    depth, within, ended = 0, False, False
    for at, line in enumerate(lines):
        if depth == 0 and _MESSAGE.match(line):
            within = True  # its headers are no labels
            yield at, ""
        elif (
            depth == 0
            and not within
            and len(line) <= _LONGEST
            and (label := _LABEL.fullmatch(line))
            and _introduces(lines, at)
        ):
            words = label[1].strip("`: ")
            if (said := caption(words)).role or said.status:
                yield at, words
            elif ended and _parts(lines, at):
                yield at, ""
        change = _deeper(line)
        within = within and not (change or depth)
        ended = ended or (depth + change <= 0 and line.rstrip()[-1:] in _ENDS)
        depth = max(0, depth + change)


def _parts(lines: list[str], at: int) -> bool:
    """A remark (`// or`, `# A list of names`) with a payload below it."""
    return (
        bool(_REMARK.match(lines[at])) and any(each.strip() for each in lines[at + 1 :][:3]) and _introduces(lines, at)
    )


_REMARK = re.compile(r"[ \t]*(?:(?:#+|//+)[ \t]*\S|or\b[ \t:]*$)", re.IGNORECASE)


def _deeper(line: str) -> int:
    """How many more brackets a line opens than it closes; those within strings are none."""
    if not _BRACKET.search(line):
        return 0
    bare = _STRING.sub("", line) if '"' in line else line
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")


def _introduces(lines: list[str], at: int) -> bool:
    """A payload begins on the next line that is not blank; a line that ends the fence introduces what is not there."""
    below = next((each for each in lines[at + 1 : at + 4] if each.strip()), "")
    return not below.strip() or below.lstrip().startswith(_BEGINS)


def commented(code: Code) -> Iterator[Code]:
    """What stands in comments below a command, without their marks: runs that hold a payload or a status."""
    lines = code.content.split("\n")
    run: list[str] = []
    for at in range(1, len(lines) + 1):
        comment = _COMMENT.fullmatch(lines[at]) if at < len(lines) else None
        if comment:
            run.append(comment[1])
        elif run:
            begins = next((number for number, each in enumerate(run) if _tells(each)), len(run))
            if any(each.lstrip().startswith(_BEGINS) or _STATUS.search(each) for each in run[begins:]):
                content, span = "\n".join(run[begins:]), code.span.below(at - len(run) + begins)
                yield replace(code, content=content, span=span, language="")
            run = []


def _tells(line: str) -> bool:
    """A payload begins here, or what stands here says what follows."""
    label = _LABEL.fullmatch(line)
    said = caption(label[1]) if label else NO_CAPTION
    return bool(line.lstrip().startswith(_BEGINS) or _STATUS.search(line) or said.role or said.status)


def prompted(code: Code) -> Iterator[Code]:
    """What an interpreter printed: payloads behind `>>>` or `=>`, each up to the next prompt."""
    lines = code.content.split("\n")
    prompts = [at for at, line in enumerate(lines) if _PROMPT.match(line)]
    for at, end in pairwise([*prompts, len(lines)]):
        printed = _PROMPT.sub("", lines[at], count=1)
        if at and printed.startswith(_BEGINS):
            yield replace(
                code, content="\n".join([printed, *lines[at + 1 : end]]), span=code.span.below(at), language=""
            )


_PROMPT = re.compile(r"[ \t]*(?:>>>|(?:# ?)?=>)[ \t]*")
PRINTED_STATUS = re.compile(r"<Response \[?([1-5]\d\d)\]?>")
"""How Python's requests prints an answer."""
