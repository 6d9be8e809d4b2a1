"""How clients authenticate: a Document and all its calls come in, Schemes and what an operation asks for go out.

Samples are run, so what they carry is what it takes; a chapter's words say more about it, and speak
alone where the samples leave credentials out. What one sample carries together is asked for together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from doc_parser.document import Annotation, Code, Document, List, Prose, Section
from doc_parser.evidence import Call, Scheme, Topic, scheme_key
from doc_parser.readers.once import once
from doc_parser.source import Span
from doc_parser.structs import replace

_CHAPTER = re.compile(
    r"\b(?:aut(?:h|entic|oriz)\w*|security|credentials|api keys?|access tokens?|introduction|getting started)\b|認証|认证|احراز",
    re.IGNORECASE,
)
_BASIC = re.compile(
    r"\bbasic[ -]?(?:http[ -]?)?auth|\bHTTP Basic\b|\bAuthorization: Basic\b|\bscheme: basic\b", re.IGNORECASE
)
_BEARER = re.compile(r"\bbearer\b", re.IGNORECASE)
_TOKEN = re.compile(r"Authorization:\s*(Bearer\s+[\w.~+/=-]+)", re.IGNORECASE)
_X_HEADER = re.compile(r"\bX-[\w-]+", re.IGNORECASE)
_KEY_WORD = re.compile(r"Key|Token|Auth", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"(?!Authorization:\s*(?:Basic|Bearer|Digest)\b)([A-Za-z][\w-]*):\s*\S+(?: \S+)?", re.IGNORECASE
)
"""A paragraph that is nothing but a header with its value (`Api-Token: 5f0c`)."""
_CREDENTIAL = re.compile(
    r"key|token|secret|auth|signature|\bsign\b|session|credential|nonce|timestamp|\buid\b|\bclient\b", re.IGNORECASE
)
_NO_CREDENTIALS = frozenset(
    ("host", "idempotency-key", "postman-token", "user-agent", "www-authenticate", "x-client-version")
)
"""Headers whose names only sound like one; Postman marks each request with a token of its own, and services ask for them with one."""
_KEY_QUERY = re.compile(r"api_?-?key|access_?token|auth_?token|token|apikey|app_?id|app_?key|signature", re.IGNORECASE)
_ENOUGH = 10
"""One of so many calls with credentials must carry a set for it to count."""

Credential = tuple[str, str, str]
"""Kind, place and name: `apiKey`, `header`, `X-Key`."""


class Access(Struct, frozen=True):
    """What it takes to be let in."""

    schemes: tuple[Scheme, ...]
    alternatives: tuple[tuple[str, ...], ...]
    """Keys of schemes that are asked for together, one alternative each."""
    reads_are_open: bool = False
    """A chapter says that reading needs none of them."""


def access(document: Document, calls: Sequence[Call]) -> Access:
    """Find the ways to authenticate."""
    said, spoken = _chapters(document)
    others = [each for each in calls if not any(_GETS_TOKEN.fullmatch(part.text) for part in each.url.segments)]
    sets = _sets(others) or spoken or _sets(calls)  # who asks for a token shows what that takes, and nothing else
    places: dict[Credential, Span] = {}
    for call in calls:
        for each in credentials(call):
            places.setdefault(each, call.span)
    shown = dict(reversed([pair for call in calls for pair in _shown(call)]))
    flows = _flows(document)
    schemes: dict[str, Scheme] = {}
    for credential in (each for alternative in sets for each in sorted(alternative)):
        scheme = _scheme(credential, said, places.get(credential, document.span))
        scheme = replace(scheme, example=scheme.example or shown.get(credential, ""))
        if scheme.kind == "bearer" and flows:  # the token is got by OAuth 2 and sent as RFC 6750 says
            scheme = replace(scheme, kind="oauth2", flows=flows)
        schemes.setdefault(scheme_key(*credential), scheme)
    alternatives = (tuple(schemes[scheme_key(*each)].key for each in sorted(alternative)) for alternative in sets)
    chapters = (section for section in document.sections if _CHAPTER.search(section.title))
    told = (sentence for section in chapters for sentence in _sentences(section))
    reads = any(_OPEN.search(each) and _READING.search(each) for each in told)
    return Access(tuple(schemes.values()), tuple(dict.fromkeys(alternatives)), reads)


_GETS_TOKEN = re.compile(r"oauth\d?|(?:access_?)?tokens?", re.IGNORECASE)
_WHAT = r"(?:authenticat\w+|authorization(?! scopes?)|(?:api|access|auth)[ -]?(?:keys?|tokens?)|credentials|to be (?:logged in|authenticated))"
_OPEN = re.compile(
    rf"\b(?:do(?:es)?(?: not|n['’]t)|need(?:s)? not|not) (?:need|requir\w*)(?: any| an?| the| your)?(?: valid)? {_WHAT}"
    rf"|\bno {_WHAT}(?: (?:header|key|token)s?)? (?:is |are )?(?:needed|required|necessary)\b"
    rf"|\b(?:{_WHAT}|auth)(?: header| required| needed)?(?: is| are)?\s*[:?]?\s*(?:not (?:required|needed|necessary)|none\b)"
    r"|\bauth\w* (?:required|needed)\s*[:?]*\s*no\b"
    r"|\bthis (?:is an? |(?:endpoint|route|method|call|resource|operation) is )(?:public|publicly accessible|open)\b"
    r"|\bcalled anonymously\b|\b(?:called|used|accessed|requested) without (?:any )?" + _WHAT,
    re.IGNORECASE,
)
"""Says that nobody is asked who calls."""
_READING = re.compile(r"\bGET\b|\b(?:[Rr]ead(?:ing|s|-only)?|[Rr]etriev\w+|[Ff]etching)\b")


def is_open(topic: Topic) -> bool:
    """Tell whether a section says that its requests need no credentials."""
    return any(_freeing(section) for section in topic.sections)


@once
def _freeing(section: Section) -> Iterator[str]:
    """The sentences that say so; many requests may stand in one section, and each asks."""
    for text, said, _ in _texts(section):
        if said and len(text) < _READ and any(map(text.lower().__contains__, _STEMS)):
            yield from filter(_OPEN.search, _SENTENCE.split(text))


_STEMS = ("auth", "key", "token", "cred", "logged", "publ", "open", "anon")
"""One of these it takes to speak of who is let in."""


def _sentences(section: Section) -> Iterator[str]:
    """The sentences of a section, each by itself: one says what is asked of whom."""
    for text, said, _ in _texts(section):
        if said and len(text) < _READ:
            yield from _SENTENCE.split(text)


_SENTENCE = re.compile(r"(?<=[.!?])\s")


def _flows(document: Document) -> tuple[tuple[str, str, str], ...]:
    """The flows of OAuth 2 whose addresses a chapter on it gives (RFC 6749, section 4)."""
    texts = [
        text
        for section in document.sections
        if _CHAPTER.search(section.title) or _OAUTH.search(section.title)
        for text, _, _ in _texts(section)
    ]
    words = "\n".join(texts)[:_READ]
    addresses = _ADDRESS.findall(words)
    authorize = next((each for each in addresses if re.search(r"/(?:oauth\d?/)?authori[sz]e\b", each)), "")
    token = next((each for each in addresses if re.search(r"/(?:oauth\d?/)?(?:access_)?token\b", each)), "")
    if not _OAUTH.search(words) or not token:
        return ()
    if authorize:
        return (("authorizationCode", authorize, token),)
    return (("password" if re.search(r"\bgrant_type\W+password\b", words) else "clientCredentials", "", token),)


_OAUTH = re.compile(r"\boauth ?2?", re.IGNORECASE)
_ADDRESS = re.compile(r"https://[\w.-]+/[\w./-]*")
_READ = 20_000
"""Characters of the chapters that are read for addresses."""


def _sets(calls: Sequence[Call]) -> list[frozenset[Credential]]:
    """What samples carry together, most frequent first; a set that hardly any sample carries is a slip."""
    carried: Counter[frozenset[Credential]] = Counter(each for call in calls if (each := credentials(call)))
    total = carried.total()
    often = [each for each, count in carried.most_common() if count * _ENOUGH >= total]

    def covered(part: frozenset[Credential]) -> bool:
        """Of a set and a part of it, the one that more samples carry counts; the whole where both do alike."""
        return any(
            carried[other] >= carried[part] if other > part else carried[other] > carried[part]
            for other in often
            if other > part or other < part
        )

    return [each for each in often if not covered(each)]


def credentials(call: Call) -> frozenset[Credential]:
    """What a sample carries to be let in."""
    return frozenset(_carried(call))


def _carried(call: Call) -> Iterator[Credential]:
    if call.credentials == "basic":
        yield "basic", "header", "Authorization"
    for name, value in call.headers:
        if name.lower() == "authorization":
            kind = value.strip().partition(" ")[0].lower()
            yield kind if kind in ("basic", "bearer") else "apiKey", "header", "Authorization"
        elif _is_credential(name) and _TOKEN_ONLY.fullmatch(name):
            yield "apiKey", "header", name.lower()
    for name, _ in call.url.query:
        if _KEY_QUERY.fullmatch(name):
            yield "apiKey", "query", name


_TOKEN_ONLY = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
"""What the name of a header may be (RFC 9110, section 5.6.2); an open quote makes others of what follows."""


def _shown(call: Call) -> Iterator[tuple[Credential, str]]:
    """The keys and tokens that a sample carries."""
    for name, value in call.headers:
        kind = value.strip().partition(" ")[0].lower() if name.lower() == "authorization" else ""
        if kind == "bearer":
            yield ("bearer", "header", "Authorization"), value.strip()
        elif not kind and _CREDENTIAL.search(name):
            yield ("apiKey", "header", name.lower()), value.strip()
    yield from ((("apiKey", "query", name), text) for name, text in call.url.query if _KEY_QUERY.fullmatch(name))


def _credential(scheme: Scheme) -> Credential:
    return scheme.kind, scheme.location, scheme.name


def _scheme(credential: Credential, said: Mapping[tuple[str, str], Scheme], span: Span) -> Scheme:
    """The chapter's scheme where it speaks of the same one, else what the sample shows."""
    kind, location, name = credential
    told = said.get((kind, name.lower()))
    if told:
        return replace(told, location=location)
    if kind == "basic":
        return Scheme("basic", "", span)
    return Scheme("bearer", "", span) if kind == "bearer" else Scheme("apiKey", "", span, location, name)


def _chapters(document: Document) -> tuple[dict[tuple[str, str], Scheme], list[frozenset[Credential]]]:
    """What the chapters say, one of each kind and name; and which are sent together, because they stand together."""
    found: dict[tuple[str, str], Scheme] = {}
    together: list[frozenset[Credential]] = []
    for section in document.sections:
        if _CHAPTER.search(section.title):
            for schemes in (*_lines(section), *((each,) for each in _said(section))):
                new = [each for each in schemes if (each.kind, each.name.lower()) not in found]
                found.update(((each.kind, each.name.lower()), each) for each in reversed(new))
                together += [frozenset(map(_credential, schemes))] if len(new) == len(schemes) else []
    return found, together


def _lines(section: Section) -> Iterator[tuple[Scheme, ...]]:
    """The headers that stand together, one below the other: a fence, or a paragraph of code, of nothing but headers."""
    for block in section.blocks:
        lines: Sequence[str] = ()
        if isinstance(block, Code):
            lines = block.content.strip().split("\n")
        elif isinstance(block, Prose) and " ".join(block.text.codes) == block.text.plain:
            lines = block.text.codes
        found = [_HEADER_LINE.fullmatch(each.strip()) for each in lines] if 1 < len(lines) <= _FEW else []
        names = [each[1] for each in found if each and _is_credential(each[1])]
        if len(names) > 1 and all(found):
            yield tuple(Scheme("apiKey", "", block.span.holding(each), name=each) for each in names)


_FEW = 8
"""Lines of a request's headers."""


def _is_credential(name: str) -> bool:
    return bool(_CREDENTIAL.search(name)) and name.lower() not in _NO_CREDENTIALS


_JWT = re.compile(r"\bjwt\b", re.IGNORECASE)


def _said(section: Section) -> Iterator[Scheme]:
    texts = list(_texts(section))
    jwt = any(_JWT.search(text) for text, _, _ in texts)
    bearer = any(_BEARER.search(text) for text, _, _ in texts)
    for text, said, span in texts:
        if _BASIC.search(text):
            yield Scheme("basic", said, span)
        if _BEARER.search(text):
            token = _TOKEN.search(text)
            yield Scheme(
                "bearer",
                "",
                span.holding("Bearer"),
                format="JWT" if jwt else "",
                example=token[1] if token else "",
            )
        key = next((name for name in _X_HEADER.findall(text) if _KEY_WORD.search(name)), None)
        alone = _HEADER_LINE.fullmatch(text.strip())
        if (told := _PARAMETER.search(text)) and not (bearer and told[1].lower() == "authorization"):
            yield Scheme("apiKey", "", span.holding(told[1]), told[2].lower(), told[1])
        if key or (alone and _is_credential(alone[1])):
            name = key or alone[1]  # type: ignore[index]
            yield Scheme("apiKey", "" if alone else said, span.holding(name), name=name)


_PARAMETER = re.compile(r"\bparameter name: ([\w-]+), in: (header|query)\b", re.IGNORECASE)
"""An API key as converters from OpenAPI write it down (OpenAPI 3.0.3, Security Scheme Object)."""


def _texts(section: Section) -> Iterator[tuple[str, str, Span]]:
    """Texts of a section, with what of them is a sentence."""
    for block in section.blocks:
        if isinstance(block, Code):
            yield block.content, "", block.span
        elif isinstance(block, Prose | Annotation):
            yield block.text.plain, block.text.plain, block.span
        elif isinstance(block, List):
            yield from ((item.text.plain, item.text.plain, item.span) for item in block.items)
