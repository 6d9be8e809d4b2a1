"""URLs as documents write them: text comes in, a Url of segments goes out; any notation of a placeholder is one thing.

`{id}`, `<ID>`, `:id`, `$id`, `#{id}`, `[id]` and `PET_ID` are placeholders; a scheme and host are kept apart from the path, so
that full URLs and bare paths compare. A host without its scheme (`api.example.com/pets`) is a host, and what stands in for one
(`BASE_URL/pets`, `~/pets`) is none of the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from urllib.parse import quote, unquote_plus

from msgspec import Struct

from doc_parser.readers.words import singular
from doc_parser.structs import replace

_LONGEST = 2000
"""Characters of a URL; longer ones are refused by servers and proxies alike."""
_DEEPEST = 60
"""Parts of a path."""
_SCHEME = r"http(?:s|\(s\)|\[s\])?"
_EITHER = str.maketrans("", "", "()[]")
"""Where either scheme will do (`http(s)://`), the safe one is taken."""
_ORIGIN = re.compile(rf"(?P<scheme>{_SCHEME})://(?P<host>(?:#?\{{[^{{}}]*\}}|<[^<>]*>|[^/?#\s])*)", re.IGNORECASE)
_VARIABLE = r"[#$]?\{\{?[^{}\n]*\}\}?|<[^<>/\n]*>|\[[A-Za-z_][\w -]*\]|\$\w+|%[A-Za-z_]\w*%|:[A-Za-z_]\w*:|%s|\([A-Za-z][\w -]*\)|«[^«»\n]*»"
_NAMED = r"(?:YOUR[_-][A-Z0-9_-]+|(?=[A-Z0-9_-]*(?:URL|URI|HOST|BASE|ENDPOINT|DOMAIN|SERVER|ROOT|SITE|ADDRESS))[A-Z][A-Z0-9_-]*)"
_SPOKEN = r"(?:host_?name|(?:base|root|site|server|api)[_-]?ur[li]|your[_-](?:api|app|base|domain|host|instance|server|site|ur[li])(?:[_-]\w+)?|(?:host|server|domain|ip):port|(?:host|server|domain|url|endpoint)(?=/(?:api|v\d)\b))"
_STAND_IN = rf"(?:(?:(?:{_VARIABLE})(?:(?::(?://)?)?(?:{_VARIABLE})|:\d+)*|~|\*{{1,3}}(?=/\w)|x{{3,}}|\.{{2,3}}|…|{_SPOKEN}(?::\w+)?|(?-i:__{_NAMED}|{_NAMED}(?::PORT|:\d+)?)))(?=/)"
"""What writers put for a host that each reader has another of: its scheme, port and the base of a service may stand beside it."""
_HOST = (
    r"(?:(?:localhost|\d{1,3}(?:\.\d{1,3}){3})(?::\w+)?(?=/|$)"
    r"|(?:(?:[\w-]|\{[^{}\s]*\}|<[^<>\s]*>|\[[A-Za-z][\w -]*\])++\.)+(?!(?:php|json|xml|html?|aspx?|cgi|do|jsp|ashx|svc|py|rb)\b)[a-z]{2,}(?::\d+)?(?=/))"
)
"""A host without its scheme; a file with an ending is none."""
BEGINS = rf"(?:{_SCHEME}://|/|(?=[{{<])|\$\w|{_STAND_IN}|{_HOST})"
"""How an address begins, wherever it stands (without case)."""
_SCHEMELESS = re.compile(rf"(?://)?(?P<host>{_HOST})", re.IGNORECASE)
_BASE_VARIABLE = re.compile(_STAND_IN, re.IGNORECASE)
_LOCAL = re.compile(r"localhost|[\d.]+(?::|$)", re.IGNORECASE)
_BRACKETED = re.compile(r"\{[^{}]*\}|<[^<>]*>|\[[A-Za-z_][\w -]*\]")
_ANGLED = r"<<?(?:(?:int|float|str|string|path|slug|uuid):|:)?([^<>]+)>>?"
"""Routes of services say in front of the name what its values are (`<int:pet_id>`)."""
_PLACEHOLDER = re.compile(
    r"[#$%]?\{\{?\s*:?([^{}]+?)\s*\}\}?"
    rf"|{_ANGLED}"
    r"|:([A-Za-z_][\w-]*(?:\|[\w-]+)*):?|\$([A-Za-z_]\w*)|\[:?([A-Za-z_][\w -]*)\]|%7B([^%]+)%7D"
    r"|\(:?([A-Za-z_][\w-]*)\)|\*+([A-Za-z]\w*)\**|[«“‘]([^«»“”‘’]+)[»”’]|%([A-Za-z_]\w+)%|\$(\w+)\$|\$\((\w+)\)|:\{([^{}]+)\}"
    r"|\{\s*\}|<>|\[\]|%[ds]|x{3,}(?:-x{3,})*",
    re.IGNORECASE,
)
_OPEN = re.compile(r"[<{\[(]:?([A-Za-z_][\w -]*)")
"""A placeholder that lacks its end."""
_IN_HOST = re.compile(
    r"[#$%]?\{\{?\s*:?([^{}]+?)\s*\}\}?|<:?([^<>]+)>|\$\{?([A-Za-z_]\w*)\}?|\[([A-Za-z_][\w -]*)\]|%([A-Za-z_]\w*)%"
)
_EMBEDDED = re.compile(
    r"^:([A-Za-z_]\w*)(?=\.\w)|[#$%]?\{\{?\s*:?([^{}]+?)\s*\}\}?"
    rf"|{_ANGLED}"
    r"|\$\{?([A-Za-z_]\w*)\}?"
)
_CAPITALS = re.compile(r"(ID|[A-Z][A-Z_-]{2,}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(\.(?:json|xml|csv))?")
"""A word that stands for a value (`PET_ID`, `SYMBOL`), and the format asked for behind it."""
_HASHED = re.compile(r"(?<=/)#(?=\w*(?:_|id(?![a-z])|/))([A-Za-z_]\w*)(?=[/?]|$)", re.IGNORECASE)
"""`/#pet_id/` is a placeholder; any other `#` begins a fragment."""
PREFIX = re.compile(r"v\d[\d.]*|\d+|api|rest|public", re.IGNORECASE)
"""Parts that begin the paths of a whole API."""
_BLANK = re.compile(r"\s")
_SMALL = re.compile(r"[a-z]{2}")
_ANGLE = re.compile(r"[<>]$")
_WHOLE = re.compile(r"(\{[^{}]+\})")
_BRACES = re.compile(r"\{[^{}]*\}")
_PATTERN = re.compile(r"\(\?P?<(\w+)>[^()/]*\)|:(\w+)\([^()/]*\)")
"""Routes of services say what a value looks like (`:id(\\d+)`, `(?P<id>\\d+)`)."""
_ESCAPED = re.compile(r"\\([][{}<>()_*:])")
_STOP = re.compile(r"(?<=[\w})>\]/])\.$")
"""The end of the sentence that an address stands in."""
_OPTIONAL = re.compile(r"\[[?&][^\]]*\]?|\[$|\(?\.:format\)?$")
_QUOTED = re.compile(r"(?<==)\"([^\"\n]*)\"")
"""The value of a query as it is said (`?name="Old Gull"`)."""
_QUOTED_NAME = re.compile(r"(?<=/)(['\"])([A-Za-z_][\w-]*)\1(?=[/?]|$)")
"""A part of a path that is quoted (`/users/'id'`) is a name to be filled in."""
_ID = re.compile(
    r"\d+|[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{7,8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^/@\s]+@[^/@\s]+\.\w+|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{8,}"
    r"|(?:[a-z]{2,6}_(?=\w{8,}$))?(?=[A-Za-z]*\d)(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])(?:(?<=_)|(?=\w{10,}$))[A-Za-z0-9]+"
)
"""Numbers, object ids, UUIDs (miscounted ones too), mail addresses, codes in capitals and digits, mixed letters and digits (`cus_8Fk2mQ0aXw`)."""


class Segment(Struct, frozen=True, eq=False):
    """One part of a path."""

    text: str
    """Static text, which may hold placeholders (`{id}.json`), or the name of the placeholder that it is."""
    variable: bool = False
    bare: bool = False
    """Only its capitals say that it is a placeholder; that tells no two apart."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Segment) and self.text == other.text and self.variable == other.variable

    def __hash__(self) -> int:
        return hash((self.text, self.variable))

    @property
    def names(self) -> tuple[str, ...]:
        """Placeholders in it."""
        return (self.text,) if self.variable else tuple(each[1:-1] for each in _BRACES.findall(self.text))

    def admits(self, other: Segment) -> bool:
        """Tell whether the other is an instance of this."""
        if self.variable or (self.text == other.text and not other.variable):
            return True
        if "{" not in self.text or other.variable:
            return False
        pattern = ".+".join(re.escape(part) for part in _BRACES.split(self.text))
        return re.fullmatch(pattern, other.text) is not None

    def value_in(self, text: str) -> str:
        """What stands for the one placeholder in it (`7` in `7.json` of `{id}.json`); empty where text is no instance."""
        if self.variable:
            return text
        before, _, after = _BRACES.sub("{}", self.text).partition("{}")
        fits = len(text) > len(before + after) and text.startswith(before) and text.endswith(after)
        return text[len(before) : len(text) - len(after)] if fits else ""

    @property
    def looks_like_id(self) -> bool:
        """What servers hand out, not what people call a resource."""
        return not self.variable and _is_id(self.text)


@lru_cache(maxsize=1024)
def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text) or _ID.fullmatch(text.lower()))


class Url(Struct, frozen=True, dict=True):
    """A URL taken apart."""

    origin: str
    """`https://host`, empty for a bare path."""
    segments: tuple[Segment, ...]
    slash: bool = False
    """The path ends in a slash."""
    query: tuple[tuple[str, str], ...] = ()

    @cached_property
    def path(self) -> str:
        """OpenAPI path template without a final slash."""
        return "/" + "/".join(f"{{{each.text}}}" if each.variable else each.text for each in self.segments)

    @cached_property
    def shape(self) -> tuple[str, ...]:
        """The path with placeholder names left out, for comparison."""
        return tuple("{}" if each.variable else _BRACES.sub("{}", each.text) for each in self.segments)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Placeholder names in their order."""
        return tuple(name for each in self.segments for name in each.names)

    def covers(self, other: Url) -> bool:
        """Tell whether every path of the other is one of this template."""
        return len(self.segments) == len(other.segments) and all(
            mine.admits(theirs) for mine, theirs in zip(self.segments, other.segments, strict=True)
        )

    def with_variable(self, index: int, name: str) -> Url:
        """Make a segment a placeholder."""
        return self.with_segment(index, Segment(name, variable=True))

    def with_segment(self, index: int, segment: Segment) -> Url:
        """Put another segment in a place."""
        return replace(self, segments=(*self.segments[:index], segment, *self.segments[index + 1 :]))


@lru_cache(maxsize=1024)
def url(text: str) -> Url | None:
    """Take a URL or a path apart; None for text that is neither.

    A placeholder in front of the path (`{base_url}/pets`) stands for an origin that is given elsewhere.
    """
    if len(text) > _LONGEST:
        return None
    text = text.replace("&lt;", "<").replace("&gt;", ">") if "&lt;" in text else text
    text = _QUOTED.sub(lambda each: quote(each[1]), text) if '="' in text else text
    text = _QUOTED_NAME.sub(r"{\2}", text) if "/'" in text or '/"' in text else text
    text = _ESCAPED.sub(r"\1", text) if "\\" in text else text
    text = _PATTERN.sub(lambda each: f"{{{each[1] or each[2]}}}", text) if "(" in text else text
    text = _STOP.sub("", _OPTIONAL.sub("", text.strip().strip("`'\"").rstrip(",;")))
    text = text.rstrip(")") if "(" not in text else text
    text = _HASHED.sub(r"{\1}", _BRACKETED.sub(lambda each: each[0].replace("/", "_").replace("?}", "}"), text))
    origin, rest = _origin_of(text)
    if (not origin and not rest.startswith("/")) or _BLANK.search(_BRACKETED.sub("x", rest)):
        return None
    if rest.count("/") > _DEEPEST:
        return None
    path, _, query = rest.partition("#")[0].partition("?") if "#{" not in rest else rest.partition("?")
    pairs = (each.partition("=") for each in query.split("&") if each)
    return Url(
        origin=origin,
        segments=_distinct(tuple(_segments([each for each in path.split("/") if each]))),
        slash=path.endswith("/") and len(path) > 1,
        query=tuple((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs),
    )


def _origin_of(text: str) -> tuple[str, str]:
    """Take the origin off an address; empty for a path, and for what stands in for an origin."""
    if whole := _ORIGIN.match(text):
        return f"{whole['scheme'].lower().translate(_EITHER)}://{_braced(whole['host'])}", text[whole.end() :]
    if host := _SCHEMELESS.match(text):
        scheme = "http" if _LOCAL.match(host["host"]) else "https"
        return f"{scheme}://{_braced(host['host'])}", text[host.end() :]
    stands_in = _BASE_VARIABLE.match(text)
    return "", text[stands_in.end() :] if stands_in else text


def _braced(host: str) -> str:
    """OpenAPI writes the variables of a server in braces (OpenAPI 3.0.3, Server Object)."""
    return _IN_HOST.sub(lambda each: "{" + _name(each) + "}", host)


def _segments(parts: list[str]) -> Iterator[Segment]:
    lower = any(map(_SMALL.search, parts))
    for index, text in enumerate(parts):
        whole = _PLACEHOLDER.fullmatch(text) or _OPEN.fullmatch(text)
        if whole:
            yield Segment(_name(whole), variable=True)
        elif index and lower and (capitals := _CAPITALS.fullmatch(text)):  # capitals in a path of small letters
            name, ending = capitals.groups()
            yield Segment(f"{{{name}}}{ending}") if ending else Segment(name, variable=True, bare=True)
        else:
            yield Segment(_without_strays(_EMBEDDED.sub(lambda each: "{" + _name(each) + "}", text)))


def _distinct(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """A name that stands for two values says of the first whose it is (`/users/{user_id}/posts/{id}`); names are unique (OpenAPI 3.0.3, Path Templating)."""
    names = [each.text for each in segments if each.variable]
    if len(set(names)) == len(names):
        return segments
    found = list(segments)
    for index, each in enumerate(segments):
        again = each.variable and any(later.variable and later.text == each.text for later in segments[index + 1 :])
        owner = segments[index - 1] if index else None
        if again and owner and not owner.variable and (name := f"{singular(owner.text)}_{each.text}") not in names:
            found[index] = replace(each, text=re.sub(r"[^\w.-]+", "_", name))
    return tuple(found)


def _without_strays(text: str) -> str:
    """A brace or bracket without its partner is a slip, and no part of a path template (OpenAPI 3.0.3, Paths Object)."""
    text = _ANGLE.sub("", text)
    if "{" not in text and "}" not in text:
        return text
    parts = _WHOLE.split(text)
    return "".join(part if index % 2 else part.replace("{", "").replace("}", "") for index, part in enumerate(parts))


def _name(match: re.Match[str]) -> str:
    return re.sub(r"[^\w.-]+", "_", next((group for group in match.groups() if group), "")).strip("_") or "id"
