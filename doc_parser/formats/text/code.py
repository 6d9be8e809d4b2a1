"""Code in a text dump: a Page and a line come in, the Code that begins there and the line after it go out, or None.

No fence says where code begins or ends: a command ends where its quotes and lines are closed, a message
after its headers and its balanced body, a payload where its brackets balance. Broken payloads end where
prose begins. No line is looked at more than a fixed number of times.
"""

from __future__ import annotations

import re

from doc_parser.document import Code
from doc_parser.formats.text.page import Page, is_label, request

Found = tuple[Code, int]

_CURL = re.compile(r"\s*(?:\$ ?)?\(?curl\s+(?:-|[\"'“]?(?:https?:|[{<$/]|[\w.-]+\.\w+/)|\\\s*$)")
_STATUS = re.compile(r"\s*HTTP/\d(?:\.\d)?\s+[1-5]\d\d\b")
_HEADER = re.compile(r"\s*[A-Za-z][A-Za-z0-9-]*:(?:[ \t].*)?")
_JSON = re.compile(r"\s*(?:\{\s*(?:$|[\"'“}]|//|\.\.\.|\w+\s*:)|\[\s*(?:$|[{\[\"'\]]|-?\d+\s*[,\]]|\.\.\.))")
_JSON_LINE = re.compile(
    r"\s+\S|[\"'“”‘’{}\[\]<,]|-?\d|\.\.\.|…|//|/\*|\*|#|(?:true|false|null|nil|None|True|False)\b|[\w$-]+[\"']?\s*(?::|=>)\s"
)
_JSON_GOES_ON = re.compile(r"\s*[\"'“{}\[\]]")
_OPENS = re.compile(r"\s*[{\[<\"]")
"""What a quote that is open at the end of a line goes on with; else the quote is a stray one."""
_CLOSERS = re.compile(r"\s*[}\])][}\]),;'\"\s]*$")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)')
_QUOTE = re.compile(r"\\.|['\"]")
_OPTION = re.compile(r"\s*(?:-{1,2}[A-Za-z]|\s[\"']?https?://)")
_TELLING = re.compile(
    r"""\s*(?:
      (?:import|require|require_once|include|using)\b[\s(]+['"<\w.{*]+[^.]*$ | from\s+[\w.]+\s+import\b | (?:var|let|const)\s+\w+\s*=
    | (?:def|function|class)\s+\w+\s*[({:<] | (?:puts|print|echo|p)\b[\s(]+["'$\w]+.*[)"';\w]$ | <\?php | \#! | \#\s+\S | //\s*\S | /\*
    | \$\s*\w+ | >>> | (?:http|https)\s+(?:-|GET|POST|PUT|PATCH|DELETE|\S+/) | (?:npm|pip3?|gem|yarn|wget|git|bundle)\s+\S+.*[^.]$
    | [\w.$@\[\]'"]+\s*=\s*(?!=)\S.*[\])}({;,"'\w]$ | [\w.$>:-]+\([^()]*(?:\).*[;){]?|[{\[(,])$ | [\w.$>:-]+\(.*\);?$ | </?[A-Za-z!?][^>]*>
    )""",
    re.VERBOSE,
)
"""A line that no prose begins with: imports, assignments, calls, comments, tags."""
_ENDING = re.compile(r".*(?:[;{]|=>|->|\|\||&&|\\)\s*$")
_UNSURE_LINES = 3
"""Blank lines within code."""


def code(page: Page, start: int, *, after_code: bool) -> Found | None:
    """Read the code that begins at a line; `after_code` says that the line above it is code, with no blank line between."""
    line = page.lines[start]
    if _CURL.match(line):
        return _found(page, start, _end_of_curl(page, start))
    if _STATUS.match(line):
        return _found(page, start, _end_of_message(page, start), "http")
    if _is_request_message(page, start):
        return _found(page, start, _end_of_message(page, start), "http")
    if _JSON.match(line):
        return _found(page, start, _end_of_json(page, start))
    if is_code_line(line) or (after_code and page.spaced and not _is_sentence(line) and not is_label(line)):
        return _found(page, start, _end_of_program(page, start))
    return None


def begins(page: Page, number: int) -> bool:
    """Tell whether a line surely begins a command, a message or a payload."""
    line = page.line(number)
    return bool(_CURL.match(line) or _STATUS.match(line) or _JSON.match(line)) or _is_request_message(page, number)


def is_code_line(line: str) -> bool:
    """Tell whether a line is a statement of some programming language."""
    if len(line) > 300 or _is_sentence(line):
        return False
    return bool(_TELLING.match(line) or _ENDING.match(line) or _CLOSERS.match(line))


def _is_sentence(line: str) -> bool:
    line = line.strip()
    return line[:1].isupper() and line.endswith((".", ":", "?", "!")) and line.count(" ") > 1


def _found(page: Page, start: int, end: int, language: str = "") -> Found:
    return Code(language, page.text(start, end), page.span(start)), end


def _goes_on(page: Page, number: int) -> bool:
    """Tell whether an unbalanced payload goes on at a line; a blank line within it counts if a payload's line follows."""
    line = page.line(number)
    if line.strip():
        return bool(_JSON_LINE.match(line)) and not (_STATUS.match(line) or _CURL.match(line))
    following = page.filled[min(number, len(page.lines))]
    return following - number < _UNSURE_LINES and bool(_JSON_GOES_ON.match(page.line(following)))


def _depth(line: str) -> int:
    """Brackets that a line opens more than it closes; strings end with their line, as payloads with a missing quote show."""
    bare = _STRING.sub("", line)
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")


def _end_of_json(page: Page, start: int) -> int:
    """The line after a payload; brackets that close too much still belong to it."""
    number, depth = start, 0
    while number < len(page.lines):
        depth += _depth(page.lines[number])
        number += 1
        following = page.line(number)
        if depth <= 0 and not (_CLOSERS.match(following) or (_JSON.match(following) and page.spaced)):
            break
        if depth > 0 and not _goes_on(page, number):
            break
    return number


def _end_of_curl(page: Page, start: int) -> int:
    """The line after a command: what is open (a quote, a bracket, a line that ends in a backslash) goes on."""
    number, depth, quote = start, 0, ""
    while number < len(page.lines):
        line = page.lines[number]
        quote = _open_quote(line, quote)
        depth = max(0, depth + _depth(line))
        number += 1
        if quote or depth:
            if not (_goes_on(page, number) if depth else _OPENS.match(page.line(number))):
                return number
        elif not page.line(number).strip() or not (line.rstrip().endswith("\\") or _OPTION.match(page.line(number))):
            return number
    return number


def _open_quote(line: str, quote: str) -> str:
    """The quote that is open at the end of a line, given the one at its beginning."""
    for match in _QUOTE.finditer(line):
        if not quote and match[0] in ("'", '"'):
            quote = match[0]
        elif match[0] == quote:
            quote = ""
    return quote


def _end_of_message(page: Page, start: int) -> int:
    """The line after a message: first line, headers, and the payload behind at most a few blank lines."""
    number = start + 1
    while _HEADER.fullmatch(page.line(number)) and not is_label(page.line(number)):
        number += 1
    body = page.filled[min(number, len(page.lines))]
    if body - number < _UNSURE_LINES and _JSON.match(page.line(body)):
        return _end_of_json(page, body)
    return number


def _is_request_message(page: Page, number: int) -> bool:
    """A request line with the protocol's name, or right above a header, begins a message."""
    line = page.line(number)
    if not request(line):
        return False
    following = page.line(number + 1)
    return bool(re.search(r"\sHTTP/\d(?:\.\d)?\s*$", line) or (_HEADER.fullmatch(following) and "-" in following))


def _end_of_program(page: Page, start: int) -> int:
    """The line after a run of statements, which ends at a blank line unless another statement follows."""
    number = start + 1
    while number < len(page.lines):
        line = page.lines[number]
        if not line.strip():
            following = page.filled[number]
            line = page.line(following)
            if following - number >= _UNSURE_LINES or not (is_code_line(line) or re.match(r"[ \t]+\S", line)):
                return number
            number = following
        if begins(page, number) or _CURL.match(line):
            return number
        if not (is_code_line(line) or re.match(r"[ \t]+\S", line)) and (not page.spaced or _is_sentence(line)):
            return number
        number += 1
    return number
