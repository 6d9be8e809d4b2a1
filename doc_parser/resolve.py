"""Who wins: the Evidence of all topics comes in, an Api and what contradicts itself go out; nothing is dropped in silence.

RULES is the whole of precedence. A candidate that loses and differs becomes a Diagnostic; a losing
path is kept on the operation besides, because somebody calls it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from doc_parser import schema
from doc_parser.deciding import fields
from doc_parser.deciding.answers import answers, as_accepted
from doc_parser.deciding.asked import as_asked
from doc_parser.deciding.bases import based, without_bases
from doc_parser.deciding.chapters import common_errors, graphql_endpoint, is_about_errors
from doc_parser.deciding.drafts import Draft, drafts_of
from doc_parser.deciding.elsewhere import Key, completed, listed
from doc_parser.deciding.fields import Sender
from doc_parser.deciding.forms import with_stated_forms
from doc_parser.deciding.listing import as_lists
from doc_parser.deciding.logins import gives_token, with_token_in_query
from doc_parser.deciding.meanings import with_meanings
from doc_parser.deciding.methods import method_of, other_methods
from doc_parser.deciding.names import normal
from doc_parser.deciding.own import domain, is_nobodys, own, without_illustrations, without_places, without_strangers
from doc_parser.deciding.paging import paging, says_pages, with_pages
from doc_parser.deciding.paths import Claims, Said, ends_alike, settled
from doc_parser.deciding.placeholders import (
    Known,
    Peers,
    concrete_ids,
    generalised,
    with_acronyms,
    with_slashes,
)
from doc_parser.deciding.prefixes import prefixed
from doc_parser.deciding.records import place
from doc_parser.deciding.sent import (
    below_answers,
    callback,
    queried,
    request_body,
    request_examples,
    sample_headers,
    says_nothing,
    unclaimed,
)
from doc_parser.deciding.together import together
from doc_parser.deciding.topics import topics
from doc_parser.deciding.versions import with_versions
from doc_parser.diagnostics import Diagnostic
from doc_parser.document import Document, Prose, Section
from doc_parser.evidence import Call, FieldTable, Flaw, Reply, StatusRow, TokenInHeader, Topic
from doc_parser.model import Api, Conflict, Operation
from doc_parser.readers import evidence, words
from doc_parser.readers.auth import Access, access, is_open
from doc_parser.readers.examples import BODY_ONLY
from doc_parser.structs import replace
from doc_parser.url import Segment, Url


class Rule(Struct, frozen=True):
    """Which evidence wins for one fact."""

    fact: str
    order: tuple[str, ...]
    """Kinds of evidence, strongest first."""
    diagnostic: str
    """What a loser becomes."""


RULES: dict[str, Rule] = {
    each.fact: each
    for each in (
        # an executable sample with -X or a body has been run; a request line is typed
        Rule("method", ("explicit-sample", "request-line", "heading", "sample"), "method-conflict"),
        # two places that agree beat a third; a heading stands in the table of contents, lines are copied from section to section
        Rule("path", ("majority", "heading", "request-line", "sample"), "path-conflict"),
        # a table names the parameter on purpose; a placeholder is named in passing
        Rule("parameter-name", ("table", "request-line", "heading", "sample"), "parameter-name-conflict"),
        Rule("host", ("majority",), "host-conflict"),
    )
}


_Wrong = tuple[Key, str, Flaw]
"""A flaw of an operation, with its name."""


def resolve(document: Document) -> tuple[Api, list[Diagnostic]]:
    """Decide what the API is."""
    diagnostics: list[Diagnostic] = []
    drafts: list[Draft] = []
    for topic in topics(document):
        found = evidence(topic)
        diagnostics += (Diagnostic(each.id, each.message, each.span) for each in found if isinstance(each, Flaw))
        drafts += drafts_of(topic, found)
    if not drafts and (alone := graphql_endpoint(document)):
        drafts = drafts_of(*alone)
    drafts = with_slashes(with_versions(document, with_acronyms(without_strangers(without_places(drafts)))))
    drafts = without_illustrations(without_bases(own(based(document, prefixed(drafts)))))
    calls = [call for draft in drafts for call in draft.calls]
    origin = _origin(calls)
    operations, wrong = _operations(document, drafts)
    diagnostics += _believed(wrong, operations)
    diagnostics += _hosts(drafts, origin)
    ready = tuple(_without_empty_conflicts(each, operations) for each in _spelled(operations.values(), calls))
    given = document.meta.get("title")
    title = str(given) if given and isinstance(given, str | int | float) else ""
    title = title or next((each.title for each in document.sections if each.title), "API")
    taken = frozenset(id(section) for draft in drafts for section in draft.topic.sections)
    told = [each for draft in drafts for each in draft.topic.sections if not _is_general(draft.topic, each)]
    errors = common_errors(document, frozenset(map(place, told)))
    let_in = with_token_in_query(access(document, [call for call in calls if call.origin == "sample"]), ready)
    api = Api(
        title=title,
        origin=origin,
        operations=with_pages(_opened(ready, let_in), paging(document, taken)),
        schemes=let_in.schemes,
        security=let_in.alternatives,
        span=document.span,
        common=errors.responses,
        errors=errors.bodies,
        chapters=tuple(_chapters(document)),
    )
    return api, diagnostics


def _is_general(topic: Topic, section: Section) -> bool:
    """A part about errors in a chapter that explains speaks of all operations, whichever request the chapter shows."""
    return words.is_illustration(topic.title) and section is not topic.sections[0] and is_about_errors(section)


def _chapters(document: Document) -> Iterator[tuple[str, str]]:
    highest = document.chapter_level
    for section in document.sections:
        if section.level == highest:
            opening = next((each.text.plain for each in section.blocks if isinstance(each, Prose)), "")
            yield section.title, opening


def _origin(calls: Iterable[Call]) -> str:
    """The host that most places name; request lines count before samples, and a host that is nobody's where there is no other."""
    named = [(call.origin == "sample", call.url.origin) for call in calls if call.url.origin]
    others = [each for each in named if not is_nobodys(each[1]) and not _BASE.search(each[1])] or named
    origins = Counter(origin for sampled, origin in others if not sampled) or Counter(origin for _, origin in others)
    return origins.most_common(1)[0][0] if origins else ""


_BASE = re.compile(r"//\{(?!your|my|[^{}]*domain)[^{}]*(?:base|ur[li]|host|server|end_?point)[^{}]*\}$", re.IGNORECASE)
"""What only says that there is one (`https://{API_BASE_URL}`)."""


# --- one operation ---------------------------------------------------------------------------------


def _operations(document: Document, drafts: Sequence[Draft]) -> tuple[Mapping[Key, Operation], list[_Wrong]]:
    """Decide about each draft; lists of requests come last, and add only what no section tells."""
    known, claims = Known.of(drafts), Claims.of(drafts)
    operations: dict[Key, Operation] = {}
    spoken: dict[Key, list[Topic]] = {}
    wrong: list[_Wrong] = []
    told: dict[Key, Key] = {}
    for draft in sorted(drafts, key=lambda draft: draft.overview):
        operation, flaws = _operation(draft, known, claims)
        key = (operation.method, operation.url.shape)
        alike = (operation.method, tuple(words.singular(each) for each in operation.url.shape))
        if draft.overview and (same := key if key in operations else told.get(alike)):
            if same != key:
                said = f"{operation.url.path} here, {operations[same].url.path} in line {operations[same].span.line}"
                wrong.append((same, operations[same].key, Flaw("path-conflict", said, operation.span)))
                operations[same] = _also(operations[same], operation)
            continue
        if not draft.overview:
            told.setdefault(alike, key)
        wrong += ((key, operation.key, each) for each in flaws)
        operations[key] = _merged(operations[key], operation) if key in operations else operation
        spoken.setdefault(key, []).append(draft.topic)
    told_elsewhere = listed(document, spoken, operations)
    wrong = [each for each in wrong if each[2].field not in told_elsewhere.get(each[0], ())]
    return as_lists(completed(document, spoken, with_stated_forms(document, spoken, operations))), wrong


def _operation(draft: Draft, known: Known, claims: Claims) -> tuple[Operation, list[Flaw]]:
    flaws: list[Flaw] = []
    peers = Peers.of(draft)
    calls = [_with_url(call, generalised(call, peers, known)) for call in draft.calls]
    flaws += concrete_ids(draft.calls, calls)
    sends = any(isinstance(each, Call) and each.url == BODY_ONLY for each in draft.found)
    method = method_of(draft, calls, RULES["method"].order, claims, sends=sends)
    flaws += (Flaw(RULES["method"].diagnostic, said, span) for said, span in other_methods(draft, calls, method))
    tables = with_meanings([each for each in draft.found if isinstance(each, FieldTable)])
    calls, conflicts = settled(
        draft, [queried(call, method) for call in calls], Said(method, tables, known, claims), flaws
    )
    url = _named(calls, tables, flaws)
    found = unclaimed(draft.found, method, tables)
    alone = (each for each in found if isinstance(each, Call) and each.url == BODY_ONLY)
    bodies = [each for each in alone if each.caption.role != "callback" and not says_nothing(each, method)]
    examples = request_examples([*calls, *bodies], flaws)
    body_table = any(words.place(each.title) == "body" for each in draft.topic.sections[1:])
    replies = [each for each in found if isinstance(each, Reply)]
    shown = schema.merged_all(schema.shape_of(each.body) for each in replies if tables and each.body)
    doubtful = below_answers(calls, bodies, replies)
    sender = Sender(method, url, [*calls, *bodies], schema.shape_of_all(examples), shown, body_table, doubtful)
    placed = fields.placed(sender, [as_asked(sender, each) for each in tables])
    said = answers(
        replies,
        [each for each in found if isinstance(each, StatusRow)],
        placed,
        calls[0].span,
    )
    token = next((each.span for each in found if isinstance(each, TokenInHeader)), None)
    operation = Operation(
        method=method,
        url=url,
        title=draft.topic.title,
        chapter=draft.topic.chapter,
        description=draft.description,
        span=calls[0].span,
        parameters=(*placed.parameters, *sample_headers(calls, placed.parameters)),
        body=request_body(calls, examples, placed),
        responses=tuple(as_accepted(each, calls) for each in said.responses),
        callbacks=tuple(callback(call, pointer) for call, pointer in draft.callbacks),
        conflicts=tuple(conflicts),
        public=token is not None or gives_token(draft, said.responses) or is_open(draft.topic),
        token_header=token,
        paged=says_pages(draft.topic),
    )
    wrong = [*flaws, *placed.flaws, *said.flaws]
    if words.is_illustration(draft.topic.title):  # a chapter that explains may show any request
        wrong = [each for each in wrong if not each.id.endswith("-conflict")]
    return operation, wrong


def _with_url(call: Call, url: Url) -> Call:
    return call if url is call.url else replace(call, url=url)


def _merged(one: Operation, other: Operation) -> Operation:
    """The first gives the words, unless it is a chapter that shows any request to explain something; logging in is its own matter."""
    login = any(words.is_login_path(each.text) for each in one.url.segments)
    explains = not login and words.is_illustration(one.title) and not words.is_illustration(other.title)
    return together(other, one) if explains else together(one, other)


def _also(told: Operation, listed: Operation) -> Operation:
    """A list may write the words of an operation's path in another number than its own section does; somebody calls both."""
    return replace(told, conflicts=(*told.conflicts, Conflict(listed.method, listed.url, listed.span)))


def _believed(wrong: Iterable[_Wrong], operations: Mapping[Key, Operation]) -> Iterator[Diagnostic]:
    """Flaws of sections, seen from the whole: a field that another section about the operation lists is documented."""
    listed = {key: {row.path[-1] for row in each.body.fields} for key, each in operations.items() if each.body}
    for key, operation, flaw in wrong:
        if flaw.field not in listed.get(key, ()):
            yield Diagnostic(flaw.id, flaw.message, flaw.span, operation)


_VALUE = re.compile(r"id(?:-\d+)?|(?![A-Z]*ID$)[A-Z]+")
"""What a sample's own value is called: nobody wrote it as a name."""


def _named(calls: Sequence[Call], tables: Sequence[FieldTable], flaws: list[Flaw]) -> Url:
    """Give each placeholder its name: the one that a table explains, else the request line's."""
    url = calls[0].url
    listed = {normal(row.name): row.name for table in tables for row in table.rows}
    told = _in_order(calls, tables)
    for index, segment in enumerate(url.segments):
        if not segment.variable:
            continue
        place = index - len(url.segments)
        alike = (
            call
            for call in calls
            if len(call.url.segments) == len(url.segments) or (place == -1 and ends_alike(call.url, url))
        )
        rivals = [call for call in alike if call.url.segments[place].variable]
        names = [call.url.segments[place].text for call in rivals]
        name = next((listed[normal(each)] for each in names if normal(each) in listed), None)
        name = name or told.get(index) or _most_used(rivals, place)
        lines = {normal(call.url.segments[place].text) for call in rivals if call.origin == "request-line"}
        for call in rivals:
            if call.origin == "request-line" and normal(name) in lines:
                continue  # two lines of one section say what may stand there: the id, or the number
            spelled = call.url.segments[place].text
            value = call.origin == "sample" and bool(_VALUE.fullmatch(spelled))
            if normal(spelled) != normal(name) and not value:
                flaws.append(
                    Flaw(
                        "parameter-name-conflict",
                        f"{{{spelled}}} here, {{{name}}} elsewhere in this section",
                        call.span,
                    )
                )
        if name not in url.variables:
            url = replace(
                url, segments=(*url.segments[:index], Segment(name, variable=True), *url.segments[index + 1 :])
            )
    return url


def _in_order(calls: Sequence[Call], tables: Sequence[FieldTable]) -> dict[int, str]:
    """The names that rows give which say that they go into the path, where samples alone show as many values there."""
    names = [row.name for table in tables for row in table.rows if row.place == "path"]
    values = [index for index, each in enumerate(calls[0].url.segments) if each.variable]
    alone = all(call.origin == "sample" for call in calls)
    unnamed = alone and all(_VALUE.fullmatch(calls[0].url.segments[index].text) for index in values)
    return dict(zip(values, names, strict=True)) if unnamed and len(names) == len(values) else {}


def _most_used(rivals: Sequence[Call], index: int) -> str:
    """The name that most kinds of places use; the first of equals."""
    places: dict[str, set[str]] = {}
    for call in rivals:
        if call.origin != "sample" or not _VALUE.fullmatch(call.url.segments[index].text):
            places.setdefault(call.url.segments[index].text, set()).add(call.origin)
    return max(places, key=lambda name: len(places[name]), default=rivals[0].url.segments[index].text)


def _opened(operations: tuple[Operation, ...], let_in: Access) -> tuple[Operation, ...]:
    """Operations that need no credentials because a chapter says so of reading."""
    if not let_in.reads_are_open:
        return operations
    return tuple(replace(each, public=True) if each.method in ("GET", "HEAD") else each for each in operations)


# --- the operations together -----------------------------------------------------------------------


def _hosts(drafts: Sequence[Draft], origin: str) -> Iterator[Diagnostic]:
    """A sample calls another host than its request line, or a machine of whoever wrote it where the API has a host."""
    for draft in drafts:
        line = next((call.url.origin for call in draft.calls if call.origin != "sample" and call.url.origin), "")
        documented = _host(line or origin)
        for call in draft.calls:
            host = _host(call.url.origin)
            elsewhere = (
                line and "{" not in line + host and host != _host(line) and domain(line) != domain(call.url.origin)
            )
            own = _LOCAL.match(host) and not _LOCAL.match(documented)
            if call.origin == "sample" and host and (elsewhere or own):
                yield Diagnostic(
                    "host-conflict",
                    f"the sample calls {call.url.origin}, not {line or 'the documented host'}",
                    call.span,
                )


_LOCAL = re.compile(r"localhost\b|127\.|0\.0\.0\.0|192\.168\.|10\.\d")


def _host(origin: str) -> str:
    return origin.partition("//")[2]


def _spelled(operations: Iterable[Operation], calls: Sequence[Call]) -> Iterator[Operation]:
    """A path ends in a slash where all its request lines do; one path has one set of placeholder names."""
    slashes: dict[tuple[str, ...], bool] = {}
    lines = {call.url.shape for call in calls if call.origin != "sample"}
    for call in calls:
        if call.origin != "sample" or call.url.shape not in lines:
            slashes[call.url.shape] = slashes.get(call.url.shape, True) and call.url.slash
    first: dict[tuple[str, ...], Url] = {}
    for each in operations:
        url = first.setdefault(each.url.shape, each.url)
        renamed = dict(zip(each.url.variables, url.variables, strict=True))
        parameters = tuple(
            replace(parameter, name=renamed[parameter.name])
            if parameter.location == "path" and renamed[parameter.name] != parameter.name
            else parameter
            for parameter in each.parameters
        )
        yield replace(each, url=replace(url, slash=slashes.get(url.shape, False)), parameters=parameters)


def _without_empty_conflicts(operation: Operation, known: Container[tuple[str, tuple[str, ...]]]) -> Operation:
    """A losing path that is an operation of its own needs no alias."""
    kept = tuple(each for each in operation.conflicts if (each.method, each.url.shape) not in known)
    return operation if len(kept) == len(operation.conflicts) else replace(operation, conflicts=kept)
