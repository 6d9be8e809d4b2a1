"""Signs of what an operation does beyond its method and path: jobs, tokens, views, merging, actions; pure functions of what is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contract.spec import Json, Operation, Response, Spec
from mockserver.planning.covers import Way, at, plain, properties_of
from mockserver.planning.dialect import role
from mockserver.planning.evidence import (
    Shown,
    header_example,
    json_media,
    location,
    matched,
    placeholders,
    request_examples,
    request_properties,
    schema_of_records,
    segments,
    shape,
    successes,
)
from mockserver.planning.model import Job, Resource, Token, View
from mockserver.planning.resources import Survey, is_view

_TOKEN_HEADERS = ("authorization", "xauthtoken", "xaccesstoken", "accesstoken", "xauthorization")
_TOKEN_PROPERTIES = ("token", "accesstoken", "jwt", "authtoken", "idtoken", "sessiontoken", "bearertoken")
SECRETS = (
    *("password", "passwd", "pwd", "clientsecret", "secret", "pin", "otp", "currentpassword", "password1"),
    *("refreshtoken", "refresh"),
)
_LOGIN_WORDS = re.compile(
    r"log-?in|sign-?in|sessions?|tokens?|auth|authenticate|authentication|authorize|oauth", re.IGNORECASE
)
STATEFUL = ("status", "state", "stage", "phase", "enabled", "active", "type", "kind")
"""Properties that tell in which state a record is."""
_FEW = 4
_USUAL = 25
"""Records a page holds where no document says."""
_MOST = 10_000
_LEAST = 5
"""Fewer records are no page but what documents show of one."""


def page_size(operation: Operation, mine: Shown) -> int | None:
    """Records a page holds unless the request says: the documented default, else what examples count; None where no page can be asked for."""
    paging = {plain(each.name): each for each in operation.parameters if each.location == "query"}
    if not any(role(name) for name in paging):
        return None
    # where only a chapter speaks of pages, and not the list itself, the sample is cut as its writer liked
    own = not any(
        each.get("x-doc-confidence") == "inferred" and role(plain(str(each.get("name")))) for each in _raw(operation)
    )
    stated = [
        each.schema.get("default")
        for name, each in paging.items()
        if role(name) == "limit" and "default" in each.schema
    ]
    stated += _told_sizes(operation)
    counted = [
        count
        for each in (mine.media.examples if mine.media else ())
        for count in _sizes(each.value)
        if own or count != _rows(each.value, mine)
    ]
    cut = [len(shown) for shown, total in _pages(mine) if own and total > len(shown) >= _LEAST]
    whole = [int(each) for each in (*stated, *counted, *cut) if str(each).isdecimal() and 0 < int(each) < _MOST]
    return max(whole, default=_USUAL)


_PER_PAGE = re.compile(
    r"(?<!up to )(?<!most )(?<!maximum )(?<!max )\b(\d{1,4}) (?:[\w-]+ ){0,2}(?:per|in (?:every|each)|on each|a) (?:page|response|request)\b",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"\bdefault(?:s to| is| value is|\s*[=:]|)\s*(?:the maximum value of )?`?(\d{1,4})\b", re.IGNORECASE
)


def _told_sizes(operation: Operation) -> Iterator[Json]:
    """Page sizes that sentences tell: of the operation and its pages how many there are on one, of the limit its default."""
    yield from _PER_PAGE.findall(str(operation.node.get("description") or ""))
    for each in operation.node.get("parameters") or ():
        part, text = role(plain(str(each.get("name", "")))), str(each.get("description") or "")
        if each.get("in") == "query" and part in ("page", "limit"):
            yield from (_DEFAULT if part == "limit" else _PER_PAGE).findall(text)


def first_page(spec: Spec, operation: Operation, mine: Shown) -> int:
    """0 where the schema or a sentence of the page's parameter says that counting starts there, or an answer counts so; else 1."""
    described = {each.get("name"): each for each in map(spec.resolve, operation.node.get("parameters") or ())}
    for each in operation.parameters:
        if each.location == "query" and role(plain(each.name)) == "page":
            told = str((described.get(each.name) or {}).get("description") or "")
            zero = [0, "0"]
            if each.schema.get("default") in zero or each.schema.get("minimum") in zero or _FROM_ZERO.search(told):
                return 0
    shown = [page for each in (mine.media.examples if mine.media else ()) for page in _numbers(each.value, mine.way)]
    return 0 if shown and min(shown) == 0 else 1


def _numbers(body: Json, way: Way) -> Iterator[int]:
    """Numbers of pages that a cover tells, beside the records and one object further in."""
    outer = body if way and isinstance(body, dict) else {}
    inner = [each for name, each in outer.items() if isinstance(each, dict) and name not in way]
    for level in (outer, *inner):
        spring = "totalPages" in level
        for name, value in level.items():
            named = role(plain(name)) == "page" or (spring and name == "number")
            if named and isinstance(value, int) and not isinstance(value, bool):
                yield value


_FROM_ZERO = re.compile(
    r"(?:start(?:s|ing)?|begin(?:s|ning)?)(?: counting)? (?:from|at|on|with) (?:0|zero)\b|\b(?:zero|0)[- ](?:based|indexed)",
    re.IGNORECASE,
)


def _pages(mine: Shown) -> Iterator[tuple[list[Json], int]]:
    """Documented pages that count more records than they show."""
    for each in mine.media.examples if mine.media else ():
        shown = at(each.value, mine.way)
        outer = each.value if mine.way and isinstance(each.value, dict) else {}
        flat = {
            **outer,
            **{key: value for inner in outer.values() if isinstance(inner, dict) for key, value in inner.items()},
        }
        totals = [value for name, value in flat.items() if "total" in plain(name) or plain(name).endswith("count")]
        if isinstance(shown, list) and shown:
            yield from ((shown, value) for value in totals if isinstance(value, int) and not isinstance(value, bool))


def _raw(operation: Operation) -> Iterator[Mapping[str, Json]]:
    """Parameters as the contract writes them, with its marks."""
    yield from (each for each in operation.node.get("parameters") or () if isinstance(each, dict))


def _rows(body: Json, mine: Shown) -> int:
    shown = at(body, mine.way)
    return len(shown) if isinstance(shown, list) else 0


def _sizes(body: Json, depth: int = 0) -> Iterator[Json]:
    """Page sizes that a cover tells: `{"meta": {"per_page": 50}}`."""
    for name, value in body.items() if isinstance(body, dict) and depth < _FEW else ():
        if role(plain(name)) == "limit" and "count" not in plain(name):  # a count is how many are shown, or there are
            yield value
        yield from _sizes(value, depth + 1)


# ---- logins


def token(spec: Spec, operation: Operation) -> Token | None:
    """Where the answer to credentials holds a token; None where the operation is no login."""
    if operation.method not in ("POST", "PUT", "GET") or not _takes_credentials(spec, operation):
        return None
    for response in successes(operation):
        found = _token_header(response) or _token_property(spec, response)
        if found:
            return found
    return _untold_token(spec, operation)


def _takes_credentials(spec: Spec, operation: Operation) -> bool:
    """A path that ends with a login, or one that takes a secret, if it names a login or asks for no security."""
    static = [part for part in segments(operation.path) if not part.startswith("{")]
    if static and _LOGIN_WORDS.fullmatch(static[-1]):
        return True
    if segments(operation.path)[-2:-1] and segments(operation.path)[-2].startswith("{"):
        return False  # a secret of something that belongs to a record
    asked = not operation.security or any(_LOGIN_WORDS.fullmatch(part) or _LOGIN.fullmatch(part) for part in static)
    return asked and any(each in SECRETS for each in credentials(spec, operation))


def credentials(spec: Spec, operation: Operation) -> frozenset[str]:
    """What a request names, at its top and below one cover, without case and punctuation."""
    names = request_properties(spec, operation)
    return frozenset(map(plain, names.union(*(request_properties(spec, operation, (each,)) for each in names))))


def _untold_token(spec: Spec, operation: Operation) -> Token | None:
    """A token where nothing is told of the answer to a secret at a path that ends with a login: as OAuth has it (RFC 6749, section 5.1), or plainly."""
    last, names = segments(operation.path)[-1:], credentials(spec, operation)
    told = any(each.content or each.status == "204" for each in successes(operation))
    if operation.method != "POST" or told or not last or not _LOGIN.fullmatch(last[0]):
        return None
    if "granttype" in names:
        return Token("body", "access_token")
    return Token("body", "token") if names & {*SECRETS} else None


_LOGIN = re.compile(r"(?:\w+[_-])?(?:log-?in|sign-?in|tokens?|auth\w*|sessions?)", re.IGNORECASE)


def _token_header(response: Response) -> Token | None:
    for name, header in response.headers.items():
        if plain(name) in _TOKEN_HEADERS:
            example = header_example(header)
            scheme, blank, _ = example.partition(" ") if isinstance(example, str) else ("", "", "")
            return Token("header", name, scheme + blank if blank else "")
    return None


def _token_property(spec: Spec, response: Response) -> Token | None:
    media = json_media(response.content)
    if media is None:
        return None
    described = list(_described(spec, media.schema, [each.value for each in media.examples]))
    names = {plain(name) for name, _ in described}
    for name, schema in described:
        alone = names == {"key"} or (plain(name) == "access" and "refresh" in names) or names == {"access"}
        if plain(name) in _TOKEN_PROPERTIES or (alone and plain(name) in ("key", "access")):
            return Token("body", name)
        for inner, _ in _described(
            spec, schema, [each.value.get(name) for each in media.examples if isinstance(each.value, dict)]
        ):
            if plain(inner) in _TOKEN_PROPERTIES:
                return Token("body", f"{name}.{inner}")
    return None


def _described(spec: Spec, schema: Json, values: list[Json]) -> Iterator[tuple[str, Json]]:
    known = properties_of(spec, schema)
    shown: dict[str, Json] = {name: {} for value in values if isinstance(value, dict) for name in value}
    yield from {**shown, **known}.items()


# ---- jobs


def jobs(spec: Spec) -> dict[str, tuple[Job, str]]:
    """The parts of jobs by operation key, each with its evidence: 202 + Location, the poll it names, the result that names."""
    found: dict[str, tuple[Job, str]] = {}
    for operation in spec.operations:
        accepted = next((each for each in operation.responses if each.status == "202"), None)
        target = _successor(spec, operation, accepted) if accepted else None
        if accepted is None or target is None:
            continue
        poll, known = target
        if shape(poll.path) == shape(operation.path) + "/{}" and not any(
            each.status[:1] == "3" for each in poll.responses
        ):
            continue  # the Location names the record that was created, not a job
        found[operation.key] = (
            Job("schedule", poll.path, None, poll.path, known),
            f"{operation.key} answers 202 and its Location names {poll.key}",
        )
        found.update(_polled(spec, poll, known))
    return found


def _polled(spec: Spec, poll: Operation, known: str | None) -> Iterator[tuple[str, tuple[Job, str]]]:
    ready = next((each for each in poll.responses if each.status in ("303", "302", "301", "307", "308")), None)
    target = _successor(spec, poll, ready) if ready else None
    name = placeholders(poll.path)[-1]
    if ready is None or target is None:
        because = f"{poll.key} tells how far the job is"
        yield poll.key, (Job("poll", poll.path, name, None, known), because)
        return
    result, _ = target
    yield (
        poll.key,
        (
            Job("poll", poll.path, name, result.path, known),
            f"{poll.key} answers {ready.status} to {result.key} when the job is done",
        ),
    )
    yield (
        result.key,
        (
            Job("result", poll.path, placeholders(result.path)[-1], None, known),
            f"{result.key} is where the job's Location ends",
        ),
    )


def _successor(spec: Spec, operation: Operation, response: Response) -> tuple[Operation, str | None] | None:
    """The GET that an answer's Location names, and the id in the documented one."""
    path = location(response)
    names_location = any(name.lower() == "location" for name in response.headers)
    if not names_location:
        return None
    candidates = [
        each for each in spec.operations if each.method == "GET" and placeholders(each.path) and each != operation
    ]
    for each in candidates:
        values = matched(each.path, path) if path else None
        if values:
            return each, list(values.values())[-1]
    linked = {link.get("operationId") for link in response.links.values()}
    return next(((each, None) for each in candidates if each.operation_id in linked), None)


# ---- views


def views(known: Survey, resource: Resource) -> Iterator[tuple[str, View]]:
    """The filters over a collection, by the shape of their path; the predicate is learned from the examples."""
    upper = known.at(resource.shape, "GET")
    if not upper or upper.kind != "records":
        return
    below = [each for each in known.below.get(resource.shape, ()) if is_view(known, each)]
    shows = {each: mine for each in below if (mine := known.at(each, "GET"))}
    everything = [record for mine in (upper, *shows.values()) for record in mine.records]
    learned = {each: _predicate(segments(each)[-1], mine.records, everything) for each, mine in shows.items()}
    common = next((name for name, _ in filter(None, learned.values())), None)
    common = common or next((name for name in STATEFUL if name in upper.properties), None)
    for each in shows:
        name = segments(each)[-1]
        prop, value = learned[each] or (common, name)
        if prop and (learned[each] or _may_be(known.spec, upper, prop, name)):
            yield each, View(name, prop, value)


def _may_be(spec: Spec, upper: Shown, prop: str, value: str) -> bool:
    """Tell whether a property may have a value: no list of those that it may have leaves it out."""
    described = spec.resolve(properties_of(spec, schema_of_records(spec, upper)).get(prop))
    listed = described.get("enum") if isinstance(described, dict) else None
    return not isinstance(listed, list) or plain(value) in {plain(str(each)) for each in listed}


def _predicate(
    name: str, mine: tuple[Mapping[str, Json], ...], everything: list[Mapping[str, Json]]
) -> tuple[str, Json] | None:
    """The property with one value in all of the view's records and another in some of the collection's."""
    if not mine:
        return None
    found = [
        (prop, value)
        for prop, value in mine[0].items()
        if isinstance(value, (str, bool, int))
        and all(record.get(prop) == value for record in mine)
        and any(record.get(prop) != value for record in everything)
    ]
    return min(found, key=lambda each: (plain(str(each[1])) != plain(name), each[0] not in STATEFUL), default=None)


# ---- changes

_FINAL = re.compile(
    r"irreversible|(?:can ?not|can't|not possible to) (?:be )?(?:undone|undo|reversed?|reverted?)", re.IGNORECASE
)


def final(operation: Operation) -> dict[str, Json]:
    """What the documented request of a change sets for good, where the documents say that it cannot be undone."""
    if not _FINAL.search(f"{operation.node.get('summary') or ''} {operation.node.get('description') or ''}"):
        return {}
    sent = next((value for _, value in request_examples(operation) if isinstance(value, dict)), {})
    inner = sent["data"] if isinstance(sent.get("data"), dict) else sent
    inner = inner["attributes"] if isinstance(inner.get("attributes"), dict) else inner
    return {
        name: value
        for name, value in inner.items()
        if isinstance(value, (str, bool, int)) and name not in ("id", "type")
    }
