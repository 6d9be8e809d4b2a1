"""Samples: code that sends a request comes in, a Call goes out; what is not understood gives nothing rather than a guess.

One file a language; LANGUAGES says which reader looks at which code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate, pairwise

from doc_parser.document import Code, Section
from doc_parser.evidence import Call, Evidence, Flaw, Topic
from doc_parser.readers import words
from doc_parser.readers.captions import Captioned, captioned
from doc_parser.readers.once import once
from doc_parser.readers.samples import (
    apart,
    clients,
    curl,
    helper,
    http,
    httpie,
    javascript,
    php,
    powershell,
    python,
    routes,
    ruby,
    shell,
    wget,
)
from doc_parser.readers.samples.bodies import body_of
from doc_parser.readers.samples.sent import Sent
from doc_parser.source import Span
from doc_parser.structs import replace
from doc_parser.url import Url, url

LANGUAGES: tuple[tuple[str, tuple[str, ...], Callable[[str], object], Callable[[str], Sent | None]], ...] = (
    ("curl", curl.HOLDS, curl.TELLING.match, curl.sent),
    ("wget", wget.HOLDS, wget.TELLING.match, wget.sent),
    ("HTTP", http.HOLDS, http.TELLING.match, http.sent),
    ("Flask", routes.HOLDS, routes.TELLING.match, routes.sent),
    ("HTTPie", httpie.HOLDS, httpie.TELLING.match, httpie.sent),
    (
        "Go, C#, Java, Kotlin, Swift, Dart, Elixir, Rust, R, Perl, Clojure",
        clients.HOLDS,
        clients.TELLING.search,
        clients.sent,
    ),
    ("PowerShell", powershell.HOLDS, powershell.TELLING.search, powershell.sent),
    ("PHP", php.HOLDS, php.TELLING.search, php.sent),
    ("Ruby", ruby.HOLDS, ruby.TELLING.search, ruby.sent),
    ("Python", python.HOLDS, python.TELLING.search, python.sent),
    ("ERB", helper.HOLDS, helper.TELLING.match, helper.sent),
    ("JavaScript", javascript.HOLDS, javascript.telling, javascript.sent),
)
"""First match reads. Told by the code itself: a fence's language is often wrong or missing. One of the words that a
language cannot do without is looked for first, since most fences are payloads."""
_APART = frozenset((php.sent, ruby.sent, python.sent, javascript.sent))
"""Languages whose libraries are given a query apart from the address."""
NAMES = " and ".join(", ".join(name for name, *_ in LANGUAGES).rsplit(", ", 1))
"""All languages that are read, for people."""


def samples(topic: Topic) -> Iterator[Evidence]:
    """Find the requests that the samples of a topic send."""
    for section in topic.sections:
        yield from _of_section(section)


@once
def _of_section(section: Section) -> Iterator[Evidence]:
    for each in captioned(section):
        for code in commands(each.code):
            yield from _calls(each if code is each.code else replace(each, code=code))


def commands(code: Code) -> list[Code]:
    """One fence may hold several curl or wget commands, one below the other."""
    if not any(map(code.content.__contains__, (*curl.HOLDS, *wget.HOLDS))):
        return [code]
    starts = [match.start() for match in _COMMAND.finditer(code.content)]
    if len(starts) < 2:
        return [code]
    ends = [*starts[1:], len(code.content)]
    lines = accumulate(code.content.count("\n", *each) for each in pairwise([0, *starts]))
    return [
        replace(code, content=code.content[start:end], span=code.span.below(line))
        for start, end, line in zip(starts, ends, lines, strict=True)
    ]


_COMMAND = re.compile(rf"^[ \t]*(?:\$ )?(?:{shell.CURL}|wget)\b", re.MULTILINE)


def asked(code: Code) -> tuple[str, Url] | None:
    """The method and the URL that a sample calls."""
    sent = _sent(code.content)
    address = url(sent.url) if sent else None
    return (_method(sent), address) if sent and address else None


def _method(sent: Sent) -> str:
    return sent.method or ("POST" if sent.body is not None else "GET")


def is_sample(code: Code) -> bool:
    """Tell whether a code block sends a request."""
    return _sent(code.content) is not None


@lru_cache(maxsize=256)
def _sent(code: str) -> Sent | None:
    """Several readers ask about each block of a topic, one after the other."""
    for _, holds, telling, reader in LANGUAGES:
        if any(map(code.__contains__, holds)) and telling(code):
            found = reader(code)
            return apart.with_query(code, found) if reader in _APART else found
    return None


def _calls(each: Captioned) -> Iterator[Evidence]:
    sent = _sent(each.code.content)
    if not sent:
        return
    span = _span(each.code, sent.url_at, sent.url)
    address = url(sent.url) or url(_with_query_encoded(sent.url))
    if not address:
        if not _VARIABLE.fullmatch(sent.url.strip()):
            yield Flaw("damaged-url", f"'{sent.url:.80}' is no URL", span)
        return
    if sent.method not in (None, *words.METHODS):
        return  # a method of another protocol (WebDAV's, say), which OpenAPI has no place for
    body, flaw = body_of(each.code, sent)
    if flaw:
        yield flaw
    yield Call(
        origin="sample",
        method=_method(sent),
        explicit=sent.method is not None or sent.body is not None,
        url=address,
        span=span,
        language=each.code.language,
        headers=sent.headers,
        body=body,
        broken_body=flaw.span if flaw and not body else None,
        credentials=_credentials(sent),
        caption=each.caption,
    )


_VARIABLE = re.compile(r"<[^<>]+>|\{[^{}]+\}|\$\w+")
"""It may hold a whole URL, and then says nothing and breaks nothing."""


def _with_query_encoded(address: str) -> str:
    """A value with blanks as it is meant, in quotes (`"/boats?name=Grey Gull"`)."""
    path, mark, query = address.partition("?")
    return path + mark + _BLANK_WITHIN.sub("%20", query)


_BLANK_WITHIN = re.compile(r"(?<=[\w,.]) (?=[\w,.&-])")


def _span(code: Code, offset: int, excerpt: str) -> Span:
    return code.span.below(code.content.count("\n", 0, offset), excerpt.partition("\n")[0].strip())


def _credentials(sent: Sent) -> str:
    if sent.user:
        return "basic"
    for name, value in sent.headers:
        if name.lower() == "authorization":
            return value.partition(" ")[0].lower()
    return ""
