"""curl commands: a shell sample comes in, what it sends goes out; tolerant of prompts, missing quotes and stray backslashes.

A tokenizer of our own: shells split differently (`$'..'`, unquoted `&`), and writers break the lines
where no shell would accept it. Options are those of curl(1).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from doc_parser.readers.samples.sent import Sent, balanced

TELLING = re.compile(r"(?:[^\n]*\n)??\s*(?:[$>#] )?\(?curl\b")
"""A prompt, or one line of comment, may stand before the command."""
_CURL = re.compile(r"^[ \t]*(?:[$>#] )?\(?curl\b", re.MULTILINE)
_KINDS = {
    "method": "-X --request",
    "header": "-H --header",
    "data": "-d --data --data-raw --data-binary --data-ascii --data-urlencode --json",
    "form": "-F --form --form-string",
    "user": "-u --user",
    "url": "--url",
    "other": "-A --user-agent -b --cookie -c --cookie-jar -o --output -m --max-time --connect-timeout -e --referer -x --proxy --cacert -E"
    " --cert --key -w --write-out --retry -T --upload-file -K --config --resolve -D --dump-header",
}
_OPTIONS = {option: kind for kind, options in _KINDS.items() for option in options.split()}
"""Options that take an argument."""
_FLAGS = {"-G": "get", "--get": "get", "-I": "head", "--head": "head"}
_QUOTES = {"'": "'", '"': '"', "“": "”", "‘": "’"}
_BLANKS = re.compile(r"\\[ \t]*\n|[ \t]+")
_SPACE = re.compile(r"\s*")
_PLAIN = re.compile(r"[^\s\\'\"“‘$]+")
_INSIDE = {"'": re.compile(r"[^']+"), '"': re.compile(r'[^"\\]+'), "”": re.compile("[^”]+"), "’": re.compile("[^’]+")}
_LINE = re.compile(r"[^\n]*")
_GOES_ON = re.compile(r"-|['\"]?https?://")
_HERE = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1[^\n]*\n")
"""A here-document: what follows the command's line, up to a line with the same word, is its standard input."""
_STOPS = ("|", ">", ";", "&&", "\n")


@dataclass(frozen=True)
class _Word:
    text: str
    at: int


def sent(code: str) -> Sent | None:
    """Read the first curl command of a sample; None where it names no URL."""
    begins = _CURL.search(code)
    words = iter(_words(code, begins.end()) if begins else ())
    given: dict[str, list[_Word]] = defaultdict(list)
    for word in words:
        kind, argument = _option(word)
        if kind in _KINDS and argument is None:
            argument = next(words, _Word("", word.at))
        given[kind].append(argument or word)
    if [each.text for each in given["data"]] == ["@-"] and (input_ := _here(code, given["data"][0].at)):
        given["data"] = [input_]
    address = next((each for each in given["url"] if re.match(r"https?://|[{<$]\w|/", each.text)), None)
    return _sent(given, address) if address else None


def _here(code: str, at: int) -> _Word | None:
    """What a command that reads its data from standard input is given in a here-document."""
    opened = _HERE.search(code, at)
    closed = re.compile(rf"^[ \t]*{opened[2]}\b", re.MULTILINE).search(code, opened.end()) if opened else None
    return _Word(code[opened.end() : closed.start()].rstrip("\n"), opened.end()) if opened and closed else None


def _option(word: _Word) -> tuple[str, _Word | None]:
    """Tell what a word is: the kind of option, and the argument where it is glued on (`-XPUT`, `--url=...`)."""
    name, equals, rest = word.text.partition("=")
    if not word.text.startswith("-") or word.text == "-":
        return "url", word
    if word.text in _OPTIONS:
        return _OPTIONS[word.text], None
    if equals and name in _OPTIONS:
        return _OPTIONS[name], _Word(rest, word.at + len(name) + 1)
    if not name.startswith("--") and word.text[:2] in _OPTIONS:
        return _OPTIONS[word.text[:2]], _Word(word.text[2:], word.at + 2)
    return _FLAGS.get(word.text, "flag"), None


def _sent(given: dict[str, list[_Word]], address: _Word) -> Sent:
    data = given["data"] or given["form"]
    body = "&".join(each.text for each in data) if data else None
    url, method = address.text, given["method"][0].text.upper() if given["method"] else None
    if given["get"] and body is not None:
        url, body, method = f"{url}{'&' if '?' in url else '?'}{body}", None, method or "GET"
    headers = (each.text.partition(":") for each in given["header"])
    return Sent(
        url=url,
        url_at=address.at,
        method=method or ("HEAD" if given["head"] else None),
        headers=tuple((name.strip(), content.strip()) for name, _, content in headers),
        body=body,
        body_at=data[0].at if data else 0,
        user=given["user"][0].text if given["user"] else "",
    )


def _words(code: str, at: int) -> list[_Word]:
    """Split the arguments of a command as a patient shell would."""
    words: list[_Word] = []
    while at < len(code):
        char = code[at]
        if continued := _BLANKS.match(code, at):
            at = continued.end()
        elif char == "\n":
            at = _SPACE.match(code, at).end()  # type: ignore[union-attr]
            if words and not _GOES_ON.match(code, at):
                break  # the command ends where no option follows
        elif words and any(code.startswith(stop, at) for stop in _STOPS):
            break
        elif char in "{[" and words and _OPTIONS.get(words[-1].text) == "data" and (body := balanced(code, at)[0]):
            words.append(_Word(body, at))  # JSON that nobody quoted
            at += len(body)
        else:
            word, at = _word(code, at)
            words.append(word)
    return words


def _word(code: str, at: int) -> tuple[_Word, int]:
    start, parts = at, []
    content = at
    while at < len(code) and not code[at].isspace():
        char = code[at]
        if code.startswith("$'", at):
            at, char = at + 1, "'"
        if char in _QUOTES:
            content = at + 1 if at == start else content
            text, at = _quoted(code, at, _QUOTES[char])
            parts.append(text)
        elif char == "\\" and at + 1 < len(code) and not code[at + 1].isspace():
            parts.append(code[at + 1])
            at += 2
        elif char == "\\":
            break
        else:
            run = _PLAIN.match(code, at)
            parts.append(run[0] if run else char)
            at += len(parts[-1])
    return _Word("".join(parts), content), max(at, start + 1)


def _quoted(code: str, at: int, closing: str) -> tuple[str, int]:
    """Read up to the closing quote; one that is never closed ends with its line, or with the JSON that it opens."""
    end = at + 1 if _last(code, closing) > at else len(code)
    parts = []
    while end < len(code) and code[end] != closing:
        if run := _INSIDE[closing].match(code, end):
            parts.append(run[0])
            end = run.end()
            continue
        if code[end] == "\\" and closing == '"' and code[end + 1 : end + 2] in ('"', "\\", "$", "`"):
            end += 1
        parts.append(code[end])
        end += 1
    if end < len(code):
        return "".join(parts), end + 1
    begins = _SPACE.match(code, at + 1).end()  # type: ignore[union-attr]
    body, _ = balanced(code, begins)
    if body or code[begins : begins + 1] in ("{", "["):
        body = body or code[begins:]  # JSON that lacks its end as well
        return body, begins + len(body)
    line = _LINE.match(code, at + 1)[0]  # type: ignore[index]
    return line.rstrip(" \\"), at + 1 + len(line)


@lru_cache(maxsize=8)
def _last(code: str, closing: str) -> int:
    """Where a closing quote stands last; behind it, every quote that opens stays open."""
    return code.rfind(closing)
