"""The form of a request line: a text that is nothing but one comes in, its methods and its address go out; None for any other text.

The method stands in front (`GET /pets`, `GET - /pets`, `[GET] /pets`, `HTTP/1.1 GET /pets`) or behind in
brackets (`/pets (GET)`); nothing else may stand beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from msgspec import Struct

from doc_parser.readers import words
from doc_parser.url import BEGINS, Url, url

METHOD = "|".join(words.METHODS)
ADDRESS = rf"((?:{BEGINS})(?:<[^<>]*>|\{{[^{{}}]*\}}|\[[A-Za-z_][\w -]*\]|(?<==)\"[^\"\n]*\"|\S)*+)"
_SEVERAL = rf"((?:{METHOD})(?:\s*(?:/|,|\||\bor\b|\band\b)\s*(?:{METHOD}))*)"
"""`PUT/PATCH /pets/:id` is two requests."""
_BETWEEN = r"(?:\s*(?:[:|]|-+>?|=+>?|[→⇒–—])\s*|\s+)"
_LINE = re.compile(
    rf"(?:/|(?:[>$→⇒➜►▶]|[-=]>)\s*|(?-i:HTTPS?)(?:[/ ][\d.]+)?\s+)?[(\[<]?{_SEVERAL}\b[)\]>]?{_BETWEEN}[\"']?{ADDRESS}(?:\s+HTTPS?/[\d.]+)?(?:\s+(?:(?:#|//|--|\()\s*|-[a-z])[^\n]*)?",
    re.IGNORECASE,
)
_GLUED = re.compile(rf"({METHOD})((?:/(?!(?:{METHOD})\b)|https?://)\S*)")
"""Elements that a page sets apart by their looks alone."""
_BEHIND = re.compile(rf"{ADDRESS}(?:\s+[(\[]{_SEVERAL}[)\]]|\s+(?-i:(?:[-–—:|]\s*)?({METHOD})))", re.IGNORECASE)
_MISSPELT = re.compile(rf"([A-Z]{{3,8}})[:\s]+{ADDRESS}")
_NO_PATH = (
    r"(?!(?i:(?:requests?|responses?|calls?|methods?|param(?:eter)?s?|arguments?|data|body|headers?|examples?|samples?|end-?points?|routes?|urls?|uris?"
    r"|verbs?|operations?|quer(?:y|ies)|payload|fields?|only|or|and|is|api|rest|http|https|json|xml|form)(?![\w/-])"
    r"|(?:requests?|responses?|headers?|body|text|application|multipart|https?)/))"
)
"""What is said of a method (`GET requests`, `POST application/json`) is no path."""
_WORD = r"[A-Za-z][\w.-]*"
_BARE = re.compile(
    rf"({METHOD})\s+{_NO_PATH}([\w.-]+(?:/(?:<[^<>]*>|\{{[^{{}}]*\}}|[\w.:$\-\[\]])*)+(?:\?\S*)?)(?:\s+HTTPS?/[\d.]+)?"
)
"""A path without its first slash."""
_BROKEN = re.compile(r"\s*\n\s*|(?<=[/=&?])[ \t]+(?=[\w<{:$])|[ \t]+(?=[/?&])")
"""Places where a URL was broken by the width of a page."""
_TITLE = re.compile(
    rf"(?:^|(?<=[(\[:|–—-])|(?<=[(\[:|–—-] )|(?=\S+\s+\S+$))({METHOD})[:\s]+((?:https?://|/)[^\s()\[\],]*)"
)
"""A request within a heading: in front, behind a mark, or at the end."""
_NAMED = re.compile(rf"\b(?:{METHOD})[:\s]+(?:https?:/)?/")
_LEADING = re.compile(rf"({METHOD})\s+((?:https?://|/)\S*?):?\s+(?:[-–—:]\s+)?(?=\w)(?!HTTPS?/)")
_BARE_NAME = re.compile(rf"({METHOD})\s+{_NO_PATH}({_WORD}(?:\?\S*)?)")
_CHOICE = re.compile(
    rf"\s*(?:,|;|\b(?:or|and)\b)\s+(?=(?:{METHOD})\s|/)|(?<=\S)\s+(?=(?-i:{METHOD})\s+(?:/|https?:))", re.IGNORECASE
)
"""A word between two requests, or the line break that a paragraph loses."""
_OPENS = re.compile(rf"\W*(?:{METHOD})\b", re.IGNORECASE)
_BEGINS = re.compile(BEGINS, re.IGNORECASE)
_EACH = re.compile(METHOD)
_PATHLIKE = re.compile(r"[/{<$]")
_QUOTES = ('"', "'")
_LIKE_METHOD = re.compile(rf"[^\w\s]|HTTP|[A-Z]{{3}}|(?i:{METHOD})")
"""How a line with a method in front begins; no other needs to be mended."""
_LONGEST = 2000
"""Characters of a request line."""
_MEANT = {
    "UPDATE": "PUT",
    "EDIT": "PUT",
    "CREATE": "POST",
    "ADD": "POST",
    "DEL": "DELETE",
    "REMOVE": "DELETE",
    "DESTROY": "DELETE",
    "FETCH": "GET",
    "READ": "GET",
}
"""Words for what a request does, where its method should stand."""
_LIKENESS = 0.7
"""How alike a slip must be (difflib's ratio): `PSOT` is POST, `LIST` is nothing."""


class Form(Struct, frozen=True):
    """What a request line says."""

    methods: tuple[str, ...]
    url: Url
    slip: str = ""
    """The word that stands where a method should; the method is what it means."""
    broken: bool = False
    """The URL is broken by blanks."""


def is_pathlike(text: str) -> bool:
    """Tell whether a text holds what every path has; any request line does."""
    return bool(_PATHLIKE.search(text))


def form(text: str) -> Form | None:
    """Read a text that is nothing but a request line."""
    if len(text) > _LONGEST or not is_pathlike(text):
        return None
    bare = text.strip().strip("*#|").strip()
    if bare[:1] in _QUOTES and bare[-1:] == bare[:1]:
        bare = bare[1:-1].strip()
    joined = _BROKEN.sub("", bare, count=2) if _LIKE_METHOD.match(bare) else bare
    match = _LINE.fullmatch(bare) or _BARE.fullmatch(bare) or _GLUED.fullmatch(bare) or _LINE.fullmatch(joined)
    if match:
        return _form(match[1], match[2], bare)
    if match := _BEHIND.fullmatch(bare):
        return _form(match[2] or match[3], match[1], bare)
    if (match := _MISSPELT.fullmatch(bare) or _MISSPELT.fullmatch(joined)) and (meant := _meant(match[1])):
        return _form(meant, match[2], bare, match[1])
    return None


def form_within(title: str) -> Form | None:
    """Read the only request that a heading names among other words (`List pets (GET /pets)`)."""
    match = _TITLE.search(title[:_LONGEST])
    return _form(match[1], match[2], title) if match and len(_NAMED.findall(title[:_LONGEST])) == 1 else None


def form_in_front(text: str) -> Form | None:
    """Read the request line that a paragraph or bullet begins with, a mark between it and what it is for."""
    match = _LEADING.match(text.strip()[:_LONGEST])
    return _form(match[1], match[2], text) if match and re.search(r"[-–—:]\s+$", match[0]) else None


def bare_name(text: str) -> Form | None:
    """Read `GET pets`, which is a request only where a label says so or nothing stands beside it."""
    match = _BARE_NAME.fullmatch(text.strip())
    return _form(match[1], "/" + match[2], "/" + match[2]) if match else None


def forms(text: str) -> Iterator[tuple[int, Form]]:
    """Read a text of request lines, one below the other, each with its number; nothing where another line is among them."""
    lines = [(number, line) for number, line in enumerate(text.split("\n")) if line.strip()]
    found = [(number, read) for number, line in lines if (read := form(line))]
    if len(found) == len(lines):
        yield from found


def choice(text: str) -> tuple[Form, ...]:
    """Read requests in one line, of which the reader takes one (`GET /pets or GET /pets/:id`); a path alone has the method before it."""
    if len(text) > _LONGEST or not _OPENS.match(text) or not _CHOICE.search(text):
        return ()
    found: list[Form] = []
    for part in _CHOICE.split(text.strip().strip("*#").strip()):
        read = form(part) or (form(f"{found[-1].methods[0]} {part}") if found else None)
        several = [read] if read else [form(each) for each in _run_on(part, found)]
        if not all(several) or not several or part.count("(") != part.count(")"):
            return ()
        found += filter(None, several)
    return tuple(found)


def _run_on(part: str, found: Sequence[Form]) -> Iterator[str]:
    """Requests among others of a choice that only a blank parts (`GET /pets/:id /owners/:id or ...`)."""
    first, *others = part.split() or [""]
    method = first if _EACH.fullmatch(first) else found[-1].methods[0] if found else ""
    addresses = others if method == first else [first, *others]
    if method and all(each.startswith("/") for each in addresses):
        yield from (f"{method} {each}" for each in addresses)


def _form(methods: str, address: str, written: str, slip: str = "") -> Form | None:
    found = url(address if _BEGINS.match(address) else "/" + address)
    named = tuple(_EACH.findall(methods.upper()))
    return Form(named, found, slip, address not in written) if found and named else None


def _meant(word: str) -> str | None:
    """The method that another word means."""
    return _MEANT.get(word) or next(iter(get_close_matches(word, words.METHODS, 1, _LIKENESS)), None)
