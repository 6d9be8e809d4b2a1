"""The answer that a client asks for: a valid Call and its Preferences come in, a Reply from the documents goes out; the records are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from contract.checks import ABSENT
from contract.spec import Example, Json, Media, Response
from mockserver.answering.answers import answer
from mockserver.answering.problems import Reply
from mockserver.answering.records import missing
from mockserver.answering.variety import varied
from mockserver.api import Call
from mockserver.planning.evidence import json_media, successes
from mockserver.planning.variants import Variant, status_of
from mockserver.road.credentials import challenge
from mockserver.road.preferences import PreferenceError, Preferences


def preferred(call: Call, wanted: Preferences) -> tuple[Reply, tuple[str, ...]]:
    """The documented answer of a status, an example or a schema, and the names of the preferences that it follows.

    `example` goes before `dynamic`, which needs a schema that says something. PreferenceError for what no document shows.
    """
    response, media, example = _meant(call, wanted)
    status = wanted.code or status_of(response)
    made = ABSENT
    if wanted.dynamic and example is None and media and media.schema:
        chance, shown = call.maker.chance(f"dynamic {call.step.operation.key}"), media.examples[:1]
        made = varied(call.api.spec, media.schema, chance, like=shown[0].value if shown else None)
    names = {"code": wanted.code is not None, "example": example is not None, "dynamic": made is not ABSENT}
    value = made if example is None else example.value
    return _answered(call, response, media, status, value), tuple(name for name, used in names.items() if used)


def _answered(call: Call, response: Response, media: Media | None, status: int, value: Json) -> Reply:
    operation = call.step.operation
    headers = {"www-authenticate": challenge(call.api.spec, operation)} if status == 401 else {}
    variant = Variant(response, media, media.examples[0].value if media and media.examples else None, None, frozenset())
    if value is ABSENT and status >= 400 and variant.example is None:
        if status == _MISSING and call.segments:
            return missing(call)
        sentence = f"The client asked for {status}. {response.description if response.status != _ANY else ''}".strip()
        return call.api.problems.documented(operation, status, sentence, tuple(headers.items()))
    return structs.replace(answer(call, value, headers, variant), status=status)


_MISSING, _REFUSED = 404, 400
_ANY = "default"
"""The answer for all statuses that have none of their own; where successes have theirs, it is for refusals."""


def _meant(call: Call, wanted: Preferences) -> tuple[Response, Media | None, Example | None]:
    """The documented answer, with the example where one is named."""
    operation = call.step.operation
    candidates: tuple[Response, ...]
    if wanted.code is not None:
        response = operation.response_for(wanted.code)
        if response is None or (response.status == _ANY and wanted.code < _REFUSED and successes(operation)):
            known = ", ".join(each.status for each in operation.responses)
            raise PreferenceError(f"{operation.key} documents no {wanted.code}; documented are: {known}.")
        candidates = (response,)
    else:
        good = successes(operation)
        candidates = (*good, *(each for each in operation.responses if each not in good))
    if wanted.example is not None:
        return _named(call, candidates, wanted.example)
    usual = call.variant
    if wanted.code is None and usual:
        return usual.response, usual.media, None
    if not candidates:
        raise PreferenceError(f"{operation.key} documents no answer at all.")
    return candidates[0], _usual(candidates[0]), None


def _named(call: Call, candidates: tuple[Response, ...], name: str) -> tuple[Response, Media, Example]:
    found = [(response, media, each) for response in candidates for media, each in _examples(response)]
    for response, media, each in found:
        if each.name == name:
            return response, media, each
    known = ", ".join(dict.fromkeys(each.name for _, _, each in found))
    where = f"answer {candidates[0].status} of {call.step.operation.key}" if len(candidates) == 1 else "operation"
    raise PreferenceError(
        f"No example of this {where} is named {name[:80]!r}; {f'there are: {known}' if known else 'none is documented'}."
    )


def _examples(response: Response) -> Iterator[tuple[Media, Example]]:
    usual = _usual(response)
    for media in sorted(response.content, key=lambda each: each is not usual):
        yield from ((media, each) for each in media.examples)


def _usual(response: Response) -> Media | None:
    return json_media(response.content) or (response.content[0] if response.content else None)
