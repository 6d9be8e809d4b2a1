"""URLs as documents write them: text comes in, a Url of segments goes out; any notation of a placeholder is one thing.

`{id}`, `<ID>`, `:id` and `{{id}}` are placeholders; a scheme and host are kept apart from the path, so
that full URLs and bare paths compare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#\s]*)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{?\s*([^{}]+?)\s*\}\}?|<([^<>]+)>|:([A-Za-z_][\w-]*):?|%7B([^%]+)%7D", re.IGNORECASE)
_EMBEDDED = re.compile(r"\{\{?\s*([^{}]+?)\s*\}\}?|<([^<>]+)>")
_BRACES = re.compile(r"\{[^{}]*\}")
_NUMBER = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Segment:
    """One part of a path."""

    text: str
    """Static text, which may hold placeholders (`{id}.json`), or the name of the placeholder that it is."""
    variable: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Placeholders in it."""
        return (self.text,) if self.variable else tuple(each[1:-1] for each in _BRACES.findall(self.text))

    @property
    def looks_like_id(self) -> bool:
        """A number, an object id or a UUID: what servers hand out, not what people call a resource."""
        return not self.variable and bool(_NUMBER.fullmatch(self.text) or _HEX.fullmatch(self.text))


@dataclass(frozen=True)
class Url:
    """A URL taken apart."""

    origin: str
    """`https://host`, empty for a bare path."""
    segments: tuple[Segment, ...]
    slash: bool = False
    """The path ends in a slash."""
    query: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """OpenAPI path template without a final slash."""
        return "/" + "/".join(f"{{{each.text}}}" if each.variable else each.text for each in self.segments)

    @property
    def shape(self) -> tuple[str, ...]:
        """The path with placeholder names left out, for comparison."""
        return tuple("{}" if each.variable else _BRACES.sub("{}", each.text) for each in self.segments)

    @property
    def variables(self) -> tuple[str, ...]:
        """Placeholder names in their order."""
        return tuple(name for each in self.segments for name in each.names)

    def covers(self, other: Url) -> bool:
        """Tell whether every path of the other is one of this template."""
        return len(self.segments) == len(other.segments) and all(
            mine.variable or (mine.text == theirs.text and not theirs.variable)
            for mine, theirs in zip(self.segments, other.segments, strict=True)
        )

    def with_variable(self, index: int, name: str) -> Url:
        """Make a segment a placeholder."""
        segments = list(self.segments)
        segments[index] = Segment(name, variable=True)
        return replace(self, segments=tuple(segments))


def url(text: str) -> Url | None:
    """Take a URL or a path apart; None for text that is neither."""
    text = text.strip().strip("`'\"")
    origin = _ORIGIN.match(text)
    rest = text[origin.end() :] if origin else text
    if (not origin and not rest.startswith("/")) or re.search(r"\s", _PLACEHOLDER.sub("x", rest)):
        return None
    path, _, query = rest.partition("#")[0].partition("?")
    segments = tuple(_segment(each) for each in path.split("/") if each)
    pairs = (each.partition("=") for each in query.split("&") if each)
    return Url(
        origin=f"{origin['scheme'].lower()}://{origin['host']}" if origin else "",
        segments=segments,
        slash=path.endswith("/") and bool(segments),
        query=tuple((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs),
    )


def _segment(text: str) -> Segment:
    whole = _PLACEHOLDER.fullmatch(text)
    if whole:
        return Segment(_name(whole), variable=True)
    return Segment(_EMBEDDED.sub(lambda each: "{" + _name(each) + "}", text))


def _name(match: re.Match[str]) -> str:
    return re.sub(r"[^\w.-]+", "_", next(group for group in match.groups() if group))
