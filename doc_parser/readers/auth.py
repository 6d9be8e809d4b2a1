"""How clients authenticate: a whole Document comes in, Schemes go out; a chapter's words first, samples where it is silent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from doc_parser.document import Code, Document, Prose, Section
from doc_parser.evidence import Call, Scheme

_CHAPTER = re.compile(
    r"\b(?:auth\w*|security|credentials|api keys?|access tokens?|introduction|getting started)\b", re.IGNORECASE
)
_BASIC = re.compile(r"\bbasic[ -]?(?:http[ -]?)?auth|\bHTTP Basic\b", re.IGNORECASE)
_BEARER = re.compile(r"\bbearer\b", re.IGNORECASE)
_TOKEN = re.compile(r"Authorization:\s*(Bearer\s+[\w.~+/=-]+)", re.IGNORECASE)
_KEY_HEADER = re.compile(r"\b(X-[\w-]*(?:Key|Token|Auth)[\w-]*)\b", re.IGNORECASE)


def schemes(document: Document, calls: Iterable[Call]) -> tuple[Scheme, ...]:
    """Find the ways to authenticate; one of each kind."""
    found: dict[str, Scheme] = {}
    for section in document.sections:
        if _CHAPTER.search(section.title):
            for scheme in _said(section):
                found.setdefault(scheme.kind, scheme)
    for call in () if found else calls:
        if call.credentials == "basic":
            found.setdefault("basic", Scheme("basic", "", call.span))
        elif call.credentials == "bearer":
            found.setdefault("bearer", Scheme("bearer", "", call.span))
    return tuple(found.values())


def _said(section: Section) -> Iterator[Scheme]:
    blocks = [block for block in section.blocks if isinstance(block, Prose | Code)]
    words = " ".join(block.text.plain if isinstance(block, Prose) else block.content for block in blocks)
    for block in blocks:
        text = block.text.plain if isinstance(block, Prose) else block.content
        said = text if isinstance(block, Prose) else ""
        if _BASIC.search(text):
            yield Scheme("basic", said, block.span)
        if _BEARER.search(text):
            token = _TOKEN.search(text)
            yield Scheme(
                "bearer",
                "",
                block.span.holding("Bearer"),
                format="JWT" if re.search(r"\bjwt\b", words, re.IGNORECASE) else "",
                example=token[1] if token else "",
            )
        if key := _KEY_HEADER.search(text):
            yield Scheme("apiKey", said, block.span.holding(key[1]), name=key[1])
