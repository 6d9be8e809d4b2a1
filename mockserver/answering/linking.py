"""Texts that name records by their ids: a documented value and the ids that it should speak of come in, the value as it then reads goes out; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from contract.spec import Json
from mockserver.planning.covers import ID_NAMES, plain
from mockserver.planning.evidence import placeholders
from mockserver.planning.model import Resource


def renamed(value: Json, before: str, after: str) -> Json:
    """A documented answer that speaks of one id, speaking of another."""
    if isinstance(value, dict):
        return {key: renamed(each, before, after) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, before, after) for each in value]
    if isinstance(value, str):
        return re.sub(rf"(?<![\w-]){re.escape(before)}(?![\w-])", lambda _: after, value)
    return value


def linked(value: Json, before: Json, after: Json) -> Json:
    """The same for what has links in it alone: an id in other texts may be there by chance."""
    if isinstance(value, dict):
        return {name: linked(each, before, after) for name, each in value.items()}
    is_link = isinstance(value, str) and "/" in value and isinstance(before, (str, int)) and str(before)
    return renamed(value, str(before), str(after)) if is_link else value


def beside(value: Json, documented: Json, known: Json) -> Json:
    """A documented part of one object as a part of another: its links name the record that the other is about, or is linked to."""
    for before, after in zip(_ids(documented), _ids(known), strict=True):
        if before is not None and after is not None and before != after:
            value = linked(value, before, after)
    return value


def filled(value: Json, resource: Resource, parents: Sequence[str], identity: str) -> Json:
    """A documented value whose links and ids name records by the placeholders of their path (`/teams/{team_id}/members`), naming those of one record."""
    names = [plain(each) for each in placeholders(resource.name)]
    told = [(names[at], each) for (_, at), each in zip(resource.parents, parents, strict=False) if at < len(names)]
    if resource.item:
        names.append(plain(placeholders(resource.item)[-1]))
        told.append((names[-1], identity))
    known = {name: each for name, each in told if names.count(name) == 1}  # `id` of two records is that of neither
    return _filled(value, known) if known else value


def _filled(value: Json, known: Mapping[str, str]) -> Json:
    if isinstance(value, dict):
        return {name: _filled(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    named = isinstance(value, str) and "{" in value and ("/" in value or _NAME.fullmatch(value))
    return _NAME.sub(lambda found: known.get(plain(found[1]), found[0]), value) if named else value


_NAME = re.compile(r"\{([^{}/]+)\}")


def repointed(before: Json, sent: Mapping[str, Json]) -> dict[str, Json]:
    """A relationship of a record that now links to what is sent; what stood beside the linkage is the server's, and stays (jsonapi.org, 9.2.2)."""
    if not isinstance(before, Mapping) or sent.get("data") is None:
        return dict(sent)
    rest = {name: value for name, value in before.items() if name not in sent}
    return {**before, **beside(rest, before, sent), **sent}


def _ids(outer: Json) -> tuple[Json, Json]:
    """The id in an object, and that in its resource linkage (jsonapi.org, 7.2.2.2)."""
    inner = outer.get("data") if isinstance(outer, Mapping) else None
    return _id(outer), _id(inner)


def _id(outer: Json) -> Json:
    found = [outer[name] for name in ID_NAMES if name in outer] if isinstance(outer, Mapping) else []
    return next((each for each in found if isinstance(each, (str, int))), None)
