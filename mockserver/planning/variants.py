"""Which documented success answers a request: the examples of an operation come in, Variants go out; learned from paired example names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from contract.checks import is_json, media_name
from contract.spec import Json, Media, Operation, Response
from mockserver.planning.evidence import json_media, request_examples, successes

_OWN_HEADERS = ("content-type", "content-length", "connection", "transfer-encoding", "date", "server")


@dataclass(frozen=True, eq=False)
class Variant:
    """One documented success; what follows from it is found out once."""

    response: Response
    media: Media | None
    """Its JSON media type, else its first; None without a body."""
    example: Json
    """The documented answer; None where none is documented."""
    sent: Mapping[str, Json] | None
    """The documented request that it answers."""
    marks: frozenset[str]
    """Properties that only the requests of this variant send."""

    @cached_property
    def status(self) -> int:
        """The status code; `2XX` counts as 200."""
        return status_of(self.response)

    @cached_property
    def content_type(self) -> str:
        """What is sent as Content-Type; empty without a body."""
        if self.media is None:
            return ""
        return "application/json" if "*" in self.media.type else self.media.type

    @cached_property
    def headers(self) -> tuple[tuple[str, Json], ...]:
        """The documented headers by lower-case name, but for those that are not the documents' to say."""
        known = ((name.lower(), header) for name, header in self.response.headers.items())
        return tuple((name, header) for name, header in known if name not in _OWN_HEADERS)

    @cached_property
    def is_written(self) -> bool:
        """Somebody wrote the answer down, and not only samples of what its schema describes."""
        return self.media is not None and any(each.name != "schema" for each in self.media.examples)

    @cached_property
    def is_json(self) -> bool:
        """The body is JSON."""
        return is_json(media_name(self.content_type))


def status_of(response: Response) -> int:
    """A documented status as a number; a range stands for its first code, `default` for 200."""
    if response.status == "default":
        return 200
    return int(response.status[:1] + response.status[1:].upper().replace("X", "0"))


def variants(operation: Operation) -> tuple[Variant, ...]:
    """The documented successes, the usual one first; 201 is usual for POST. Without one a redirect or `default` has to do."""
    requests = dict(request_examples(operation))
    documented = successes(operation) or tuple(
        each for each in operation.responses if each.status[:1] == "3" or each.status == "default"
    )
    paired = [_paired(each, requests) for each in documented]
    made = [
        Variant(
            response, media, example, sent if isinstance(sent, dict) else None, _marks(name, requests, names, paired)
        )
        for response, media, example, name, sent, names in paired
    ]
    wanted = "201" if operation.method == "POST" else "200"
    return tuple(
        sorted(made, key=lambda each: (bool(each.marks), each.response.status != wanted, each.response.status))
    )


def chosen(known: tuple[Variant, ...], body: Json) -> Variant | None:
    """The variant whose marks the body bears, else the usual one; None where no success is documented."""
    if isinstance(body, dict):
        for each in known:
            if each.marks and all(body.get(name) is not None for name in each.marks):
                return each
    return known[0] if known else None


_Pair = tuple[Response, Media | None, Json, str | None, Json, frozenset[str]]


def _paired(response: Response, requests: Mapping[str, Json]) -> _Pair:
    """A success with the first of its examples that a request example of the same name asks for."""
    media = json_media(response.content) or (response.content[0] if response.content else None)
    examples = {each.name: each.value for each in media.examples} if media else {}
    names = frozenset(name for name in examples if name in requests)
    name = next((name for name in examples if name in requests), None)
    example = examples[name] if name else next(iter(examples.values()), None)
    sent = requests[name] if name else next(iter(requests.values()), None)
    return response, media, example, name, sent, names


def _marks(name: str | None, requests: Mapping[str, Json], mine: frozenset[str], paired: list[_Pair]) -> frozenset[str]:
    """Properties that all requests of this success send, and no request of another."""
    if name is None or len(paired) < 2:
        return frozenset()
    others = {each for *_, names in paired for each in names} - mine
    sent = [frozenset(requests[each]) for each in mine if isinstance(requests[each], dict)]
    if not others or not sent:
        return frozenset()
    elsewhere = {key for each in others if isinstance(requests[each], dict) for key in requests[each]}
    return frozenset.intersection(*sent) - elsewhere
