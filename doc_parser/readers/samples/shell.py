"""The words of a shell command: a sample comes in, the arguments of its first command go out by kind.

A tokenizer of our own: shells split differently (`$'..'`, unquoted `&`), and writers break the lines
where no shell would accept it. Missing quotes and stray backslashes are tolerated.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from doc_parser.readers.samples.sent import balanced
from doc_parser.url import BEGINS

CURL = r"(?:curl|Curl|cURL|CURL)"
"""The program's name, in a sentence's spelling too."""
PREFACE = r"(?:[ \t]*(?:[$>] )?cat [^\n|<>]+\n(?:[^\n]+\n)*+\n)*+(?:[ \t]*(?:(?:#|//|--)(?!\s*(?:curl|wget)\b)[^\n]*|(?:GET|POST|PUT|PATCH|DELETE)\s[^\n]*|(?:export )?\w+=[^\n]*)?\n)*+(?:[^\n]*\n)??\s*"
"""What may stand before the command: files that are shown, remarks, its request line, variables, and one line of anything."""
PROMPT = r"(?:[$>#] )?\(?"
_ADDRESS = re.compile(rf"(?!\{{\s*[\"\n]){BEGINS}", re.IGNORECASE)
_QUOTES = {"'": "'", '"': '"', "“": "”", "‘": "’"}
_BLANKS = re.compile(r"[\\^][ \t]*\n|[ \t]+")
"""A line goes on behind a backslash, or behind a caret as the command prompt of Windows has it."""
_SPACE = re.compile(r"\s*")
_PLAIN = re.compile(r"[^\s\\'\"“‘$]+")
_INSIDE = {"'": re.compile(r"[^']+"), '"': re.compile(r'[^"\\]+'), "”": re.compile("[^”]+"), "’": re.compile("[^’]+")}
_LINE = re.compile(r"[^\n]*")
_BROKEN = re.compile(r"\s*\n\s*(?=[/?&=])|(?<=[/?&=])\s*\n\s*")
"""Where a quoted URL was broken by the width of a page."""
_GOES_ON = re.compile(r"-|['\"]?https?://")
_HERE = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1[^\n]*\n")
"""A here-document: what follows the command's line, up to a line with the same word, is its standard input."""
_STOPS = ("|", ">", ";", "&&", "\n")


class Word(Struct, frozen=True):
    """An argument without its quotes."""

    text: str
    at: int
    """Offset of its content."""


class Options(Struct, frozen=True):
    """What the options of a program mean."""

    taking: Mapping[str, str]
    """Kinds of the options that take an argument."""
    flags: Mapping[str, str]
    """Kinds of those that take none."""

    @classmethod
    def of(cls, kinds: Mapping[str, str], flags: Mapping[str, str]) -> Options:
        """Read a table of kinds, each with its options in one string."""
        return cls({option: kind for kind, options in kinds.items() for option in options.split()}, flags)


Given = Mapping[str, list[Word]]
"""The arguments by kind; `url` has what stands alone."""


def given(code: str, at: int, options: Options) -> Given:
    """Sort the arguments of the command whose name ends at an offset."""
    found: dict[str, list[Word]] = defaultdict(list)
    words = iter(_words(code, at, options))
    for word in words:
        kind, argument = _option(word, options)
        if argument is None and (word.text in options.taking or kind in options.taking.values()):
            argument = next(words, Word("", word.at))
        found[kind].append(argument or word)
    return found


def address(arguments: Given) -> Word | None:
    """The first argument that is an address."""
    found = next((each for each in arguments["url"] if _ADDRESS.match(each.text)), None)
    return Word(_BROKEN.sub("", found.text), found.at) if found and "\n" in found.text else found


def here(code: str, at: int) -> Word | None:
    """What a command that reads its data from standard input is given in a here-document."""
    opened = _HERE.search(code, at)
    closed = re.compile(rf"^[ \t]*{opened[2]}\b", re.MULTILINE).search(code, opened.end()) if opened else None
    return Word(code[opened.end() : closed.start()].rstrip("\n"), opened.end()) if opened and closed else None


def _option(word: Word, options: Options) -> tuple[str, Word | None]:
    """Tell what a word is: the kind of option, and the argument where it is glued on (`-XPUT`, `--url=...`)."""
    name, equals, rest = word.text.partition("=")
    if not word.text.startswith("-") or word.text == "-":
        return "url", word
    if _TWO_DASHES.fullmatch(word.text):
        return _option(Word(word.text[1:], word.at), options)
    if word.text in options.taking:
        return options.taking[word.text], None
    if equals and name in options.taking:
        return options.taking[name], Word(rest, word.at + len(name) + 1)
    if not name.startswith("--") and word.text[:2] in options.taking:
        return options.taking[word.text[:2]], Word(word.text[2:], word.at + 2)
    if _SEVERAL.fullmatch(word.text):  # what the last of several letters is (`-vX PUT`) takes the argument
        return options.taking.get(f"-{word.text[-1]}") or _flag(word.text, options), None
    return options.flags.get(word.text, "flag"), None


def _flag(text: str, options: Options) -> str:
    """Tell what one of several letters means (`-sG`)."""
    return next((kind for each in text[1:] if (kind := options.flags.get(f"-{each}"))), "flag")


_SEVERAL = re.compile(r"-[GILNSfgiksv#]+[A-Za-z]")
"""Letters behind one dash are options each (POSIX, Utility Syntax Guideline 5); all but the last take nothing."""
_TWO_DASHES = re.compile(r"--[A-Za-z]")
"""A short option with a dash too many (`--d`)."""


def _words(code: str, at: int, options: Options) -> list[Word]:
    """Split the arguments of a command as a patient shell would."""
    words: list[Word] = []
    while at < len(code):
        char = code[at]
        if continued := _BLANKS.match(code, at):
            at = continued.end()
        elif char == "\n":
            at = _SPACE.match(code, at).end()  # type: ignore[union-attr]
            if words and words[-1].text not in options.taking and not _GOES_ON.match(code, at):
                break  # the command ends where no option follows, and none waits for its argument
        elif words and any(code.startswith(stop, at) for stop in _STOPS):
            break
        elif (
            char in "{[" and words and options.taking.get(words[-1].text) == "data" and (body := balanced(code, at)[0])
        ):
            words.append(Word(body, at))  # JSON that nobody quoted
            at += len(body)
        else:
            word, at = _word(code, at)
            words.append(word)
    return words


def _word(code: str, at: int) -> tuple[Word, int]:
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
    return Word("".join(parts), content), max(at, start + 1)


def _quoted(code: str, at: int, closing: str) -> tuple[str, int]:
    """Read up to the closing quote; one that is never closed ends with its line, or with the JSON that it opens, and so does one that the next option's quote would close."""
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
        left = _LEFT_OPEN.search(code, at + 1, end)
        return ("".join(parts), end + 1) if not left else (code[at + 1 : left.start()].rstrip(" \\"), left.start())
    begins = _SPACE.match(code, at + 1).end()  # type: ignore[union-attr]
    body, _ = balanced(code, begins)
    if body or code[begins : begins + 1] in ("{", "["):
        body = body or code[begins:]  # JSON that lacks its end as well
        return body, begins + len(body)
    line = _LINE.match(code, at + 1)[0]  # type: ignore[index]
    return line.rstrip(" \\"), at + 1 + len(line)


_LEFT_OPEN = re.compile(r"\n\s*(?:-[HXdFu]|--(?:header|request|data[a-z-]*|form|user))[ \t]")


@lru_cache(maxsize=8)
def _last(code: str, closing: str) -> int:
    """Where a closing quote stands last; behind it, every quote that opens stays open."""
    return code.rfind(closing)
