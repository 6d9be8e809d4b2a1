"""Which entry of a body's content a media type means: what Content-Type says comes in, a Media goes out; names are compared without parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from contract.spec import Json, Media

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MERGE_PATCH = "application/merge-patch+json"


@lru_cache(maxsize=256)
def media_name(content_type: str) -> str:
    """The media type without parameters, in lower case (RFC 9110, section 8.3.1)."""
    return content_type.partition(";")[0].strip().lower()


_JSON = ("application/json", "text/json", "application/x-json")
"""The registered name, and those that were in use before it."""


def is_json(media: str) -> bool:
    """Tell whether a media type is JSON (RFC 6839, section 3.1)."""
    return media in _JSON or media.endswith("+json")


def sent_as(content: Sequence[Media], content_type: str, raw: bytes) -> Media | None:
    """The entry that a request is judged by; None where what it sends is not documented."""
    return entry(content, content_type) or _mislabelled(content, content_type, raw) or _instead(content, content_type)


def entry(content: Sequence[Media], content_type: str) -> Media | None:
    """The entry of a media type: itself, then `type/*`, then `*/*` (OpenAPI 3.0.3, section 4.7.14)."""
    name = media_name(content_type)
    if "/" not in name:
        return None
    by_name = {media_name(each.type): each for each in content}
    return by_name.get(name) or by_name.get(name.partition("/")[0] + "/*") or by_name.get("*/*")


def _instead(content: Sequence[Media], content_type: str) -> Media | None:
    """The entry of a form that samples happen to send, for JSON and for the same form in parts (`curl -F`): no words ask for
    a form, and whoever takes one mostly takes the other.
    """
    name = media_name(content_type)
    if name != MULTIPART and not is_json(name):
        return None
    return next((each for each in content if media_name(each.type) == FORM and not each.is_stated), None)


def as_in_a_form(value: Json) -> Json:
    """A JSON value with its numbers and truth values as a form has them."""
    if isinstance(value, dict):
        return {name: as_in_a_form(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_in_a_form(each) for each in value]
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def remaining(media: str, value: Json) -> Json:
    """What a schema says something of: in a merge patch, null is no value but takes a member out, whatever that is otherwise (RFC 7396, section 1)."""
    if media != MERGE_PATCH or not isinstance(value, dict):
        return value
    return {name: remaining(media, each) for name, each in value.items() if each is not None}


def _mislabelled(content: Sequence[Media], content_type: str, raw: bytes) -> Media | None:
    """JSON that claims to be a form: documented samples send it so, for curl says that of every -d."""
    if media_name(content_type) != FORM or not raw.lstrip().startswith((b"{", b"[")):
        return None
    return next((each for each in content if is_json(media_name(each.type))), None)
