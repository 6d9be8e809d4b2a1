"""Answers that are shown: `http` fences with a status line, and payloads alone; each gives a Reply.

A payload below a caption that announces a request is a request body; a payload that a sample sends is
not looked at here. A fence inside a list item illustrates a sentence: it is checked, not believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from doc_parser.document import Section
from doc_parser.evidence import NO_CAPTION, Call, Evidence, Flaw, Reply, Shown, Topic
from doc_parser.payload import Unreadable, payload
from doc_parser.readers.captions import Captioned, caption, captioned
from doc_parser.readers.heads import headers
from doc_parser.readers.once import once
from doc_parser.readers.outcomes import SPELLED
from doc_parser.readers.pieces import PRINTED_STATUS, commented, pieces, prompted
from doc_parser.readers.samples import asked, commands, http, is_sample, routes
from doc_parser.readers.samples.bodies import broken
from doc_parser.source import Span
from doc_parser.structs import replace
from doc_parser.url import Url

_STATUS_LINE = re.compile(r"\s*HTTPS?/\d(?:\.\d)?\s+(\d{3})[ \t]*([^\n]*)")
_BARE_STATUS = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n)*(\d{3}) ([A-Za-z][A-Za-z' -]{1,40})")
"""Headers, if any, and the status below them; the fence is labelled as an answer, or stands below what is."""
_PHRASES = {each.phrase.lower(): each.value for each in HTTPStatus}
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)")
_INTRODUCED = re.compile(r"\s*(?:#|//)?[^\n{}\[\]\"]{1,120}:?[ \t]*\n\s*(?=[{\[]\s*[\n\"{\]}])")
"""A line of words above the payload, within its fence."""
_PAYLOAD = re.compile(r"\s*(?:(?:#|//)?[^\n{}\[\]\"]{1,120}:?[ \t]*\n\s*)?[{\[]|\s*\"[\w ]+\"\s*:")
_APART = re.compile(r"[ \t]*(?:(?:#|//|>|<).*)?")
"""A blank line or a comment (`# output`)."""
_PRINTS = re.compile(
    r"^[ \t]*(?:>>> ?)?(?:(?:print|puts|p)\b[ (]*)?\w+\.(?:json\(\)|json|text|content|body|parsed_response)\)?;?[ \t]*$",
    re.MULTILINE,
)
"""Code that shows what came back (`r.json()`)."""
_OPENING = ("{", "[")
_CODE = frozenset(
    (
        *("ruby", "python", "php", "java", "kotlin", "scala", "csharp", "c#", "cs", "go", "golang", "rust", "swift"),
        *("objective_c", "objective-c", "objc", "perl", "powershell", "graphql", "xml", "html", "sql", "css"),
    )
)
"""Languages in which a brace begins something else."""

_OF_FAILURES = re.compile(r"\b(?:failed|failures?|errors?|rejected|denied)\b", re.IGNORECASE)

BODY_ONLY = Url("", ())
"""The URL of a request that shows only its body."""


def examples(topic: Topic) -> Iterator[Evidence]:
    """Find the answers, and the request bodies that stand alone, of a topic."""
    of_failures = bool(_OF_FAILURES.search(topic.title))
    for section in topic.sections:
        yield from _of_section(section, of_failures)


@once
def _of_section(section: Section, of_failures: bool) -> Iterator[Evidence]:  # noqa: FBT001 - `once` keeps it by position
    head: Reply | None = None
    for each in captioned(section):
        if of_failures and not each.caption.status:  # the records of `List failed jobs` failed, the request did not
            each = replace(each, caption=replace(each.caption, fails=False))
        if any(is_sample(command) for command in commands(each.code)):
            yield from _output(each)
            head = None
            continue
        for piece in pieces(each):
            found = list(_read(piece))
            replies = [each for each in found if isinstance(each, Reply)]
            yield from (_continued(each, head) if isinstance(each, Reply) else each for each in found)
            head = replies[0] if replies and replies[0].status and not replies[0].body else None


def _continued(reply: Reply, head: Reply | None) -> Reply:
    """A payload right below a message that is all headers is its content."""
    below = head is not None and reply.status is None and reply.caption.span == head.caption.span
    return replace(reply, status=head.status) if head and below else reply


def _read(each: Captioned) -> Iterator[Evidence]:
    content = each.code.content
    if status := _STATUS_LINE.match(content):
        yield from _message(each, status)
    elif announced := headers(each):
        yield announced
    elif (bare := _BARE_STATUS.fullmatch(content.strip())) and SPELLED.get(int(bare[1]), "").lower() == bare[2].lower():
        yield Reply(int(bare[1]), bare[2], (), None, each.code.span, each.caption)
    elif _PAYLOAD.match(content) and (each.code.language not in _CODE or _is_json(content)):
        yield from _payload(each)
    elif each.caption.status and not each.code.content.strip():
        yield Reply(each.caption.status, "", (), None, each.code.span, each.caption)


def _is_json(content: str) -> bool:
    """Nothing but a whole object or list, whatever language a tab of the page needs."""
    try:
        return isinstance(json.loads(content), dict | list)
    except (ValueError, RecursionError):
        return False


def _output(each: Captioned) -> Iterator[Evidence]:
    """A fence may hold a sample and, below it, what came back: as it is, or in comments."""
    content = each.code.content
    if http.TELLING.match(content) or routes.TELLING.match(content):  # its body is sent, not received
        return
    for command in commands(each.code):
        for found in _below(each if command is each.code else replace(each, code=command)):
            yield replace(found, of=asked(command)) if isinstance(found, Reply) else found


def _below(each: Captioned) -> Iterator[Evidence]:
    lines = each.code.content.split("\n")
    is_code = each.code.language in _CODE
    if not is_code or _PRINTS.search(each.code.content):
        begins = next((at for at in range(1, len(lines)) if _begins(lines, at, code=is_code)), None)
        if begins is not None and lines[begins][:1] in _OPENING:
            shown, _ = _shown("\n".join(lines[begins:]), each.code.span.below(begins))
            if shown:
                yield Reply(None, "", (), shown, shown.span)
        elif begins is not None:
            content, span = "\n".join(lines[begins:]), each.code.span.below(begins)
            message = Captioned(replace(each.code, content=content, span=span), NO_CAPTION, first=True)
            yield from (found for found in _read(message) if isinstance(found, Reply))
    yield from _printed(each)
    for code in commented(each.code):
        for piece in pieces(Captioned(code, NO_CAPTION, first=True)):
            yield from (found for found in _read(piece) if isinstance(found, Reply))


def _printed(each: Captioned) -> Iterator[Reply]:
    """What came back where the sample was run by hand."""
    status = PRINTED_STATUS.search(each.code.content)
    number = int(status[1]) if status else None
    shown = [shown for code in prompted(each.code) if (shown := _shown(code.content, code.span)[0])]
    yield from (Reply(number, "", (), body, body.span) for body in shown)
    if number and not shown:
        yield Reply(number, "", (), None, each.code.span)


def _begins(lines: Sequence[str], at: int, *, code: bool) -> bool:
    """An answer begins with its status line, or below a blank line or a comment; within code, below what prints it."""
    above = _PRINTS if code else _APART
    return bool(_STATUS_LINE.match(lines[at])) or (lines[at][:1] in _OPENING and bool(above.fullmatch(lines[at - 1])))


def _payload(each: Captioned) -> Iterator[Evidence]:
    intro = _INTRODUCED.match(each.code.content)
    skipped = intro.end() if intro else 0
    shown, flaw = _shown(each.code.content[skipped:], each.code.span.below(each.code.content.count("\n", 0, skipped)))
    script = each.code.language in ("javascript", "js") and flaw and "without quotes" in flaw.message
    if flaw and not script:  # an object of JavaScript needs no quotes
        yield flaw
    if not shown or each.code.within_list or _is_left_open(shown):
        return
    if each.caption.role in ("request", "callback") and (each.first or each.caption.headers):
        yield Call("sample", None, explicit=False, url=BODY_ONLY, span=shown.span, body=shown, caption=each.caption)
    else:
        said = caption(intro[0].strip(" \n#/")) if intro else NO_CAPTION
        worse = (said.fails or said.status) and not each.caption.status
        told = replace(each.caption, role="response", status=said.status, fails=said.fails) if worse else each.caption
        yield Reply(None, "", (), shown, each.code.span, told)


def _is_left_open(shown: Shown) -> bool:
    """`{...Pet}` only says what stands elsewhere."""
    return shown.payload.elided and not shown.payload.value


def _shown(text: str, span: Span) -> tuple[Shown | None, Flaw | None]:
    try:
        shown = Shown(payload(text), span)
    except Unreadable as error:
        place = span.below(text.count("\n", 0, error.offset), text[error.offset :].partition("\n")[0].strip())
        return None, Flaw("unreadable-json", f"the payload is {error}", place)
    return shown, broken(shown)


def _message(each: Captioned, status: re.Match[str]) -> Iterator[Evidence]:
    """Read an HTTP message: status line, headers, body."""
    lines = each.code.content.split("\n")
    start = each.code.content.count("\n", 0, status.start(1))
    headers = []
    at = start + 1
    while at < len(lines) and (header := _HEADER.fullmatch(lines[at].strip())):
        value = header[2].strip()
        span = each.code.span.below(at, value)
        if re.fullmatch(r"'.*'|\".*\"", value) and header[1].lower() != "etag":
            yield Flaw("quoted-header-value", f"the value of {header[1]} stands in quotes", span)
            value = value[1:-1]
        headers.append((header[1], value, span))
        at += 1
    if at < len(lines) and lines[at].strip():
        yield Flaw("missing-blank-line", "the body follows the headers without a blank line", each.code.span.below(at))
    body = None
    text = "\n".join(lines[at:])
    if text.strip():
        body, flaw = _shown(text, each.code.span.below(at))
        if flaw:
            yield flaw
    span = each.code.span.below(start, status[0].strip())
    yield from _phrase(int(status[1]), status[2].strip(), span)
    yield Reply(int(status[1]), status[2].strip(), tuple(headers), body, span, each.caption)


def _phrase(status: int, phrase: str, span: Span) -> Iterator[Flaw]:
    """A phrase that belongs to another code hints at a copied line; any other wording is free (RFC 9110, section 15)."""
    if _PHRASES.get(phrase.lower(), status) != status:
        true = HTTPStatus(status).phrase if status in _PHRASES.values() else "of its own"
        yield Flaw("wrong-reason-phrase", f"status {status} is '{true}', not '{phrase}'", span)
