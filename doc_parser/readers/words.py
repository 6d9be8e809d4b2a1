"""The vocabulary of documentation: words come in, what they stand for goes out; matched without case.

Each table is one kind of label that writers use; a language is added by adding its words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from doc_parser.readers.tongues import english

known = lru_cache(maxsize=2048)
"""The same headings, titles and cells are asked about by every reader, and stand in a document many times."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_QUALIFIER = (
    r"(?:https?|api|rest|query|url|uri|path|request|response|body|header|json|form|payload|optional|required|example|sample|string|input|output"
    r"|success(?:ful)?|error|failure|failed|end[ -]?point|resource)"
)
_METHOD = rf"(?-i:{'|'.join(METHODS)})"
_LABELS = re.compile(
    rf"(?:{_QUALIFIER}[ -]*)*(?:requests?|responses?|end[ -]?point|urls?|uris?|parameters?|params?|arguments?|attributes?|fields?|headers?|body"
    r"|options|inputs?|data|payload|returns?|results?|examples?|samples?|errors?|codes?|status(?:es)?|notes?|remarks?|permissions?|scopes?|properties"
    r"|(?:request|response|example|sample|api|https?|curl) (?:format|call|method|structure|schema))"
    rf"(?: (?:codes?|example|sample|body|fields?|headers?|parameters?|object|line|format|requests?|responses?|https?|urls?|{_METHOD}))*"
    rf"|http (?:{'|'.join(METHODS)}) (?:parameters?|params?|arguments?|body|payload)"
    rf"|(?:{_METHOD}|available|default|supported|accepted|allowed) (?:{_QUALIFIER}[ -]*)*(?:parameters?|params?|arguments?|body|payload)",
    re.IGNORECASE,
)
"""What names the part may stand before what qualifies it, as in tongues that put it so (`Petición HTTP`, `Paramètres POST`)."""
_ILLUSTRATIONS = re.compile(
    r"\b(?:authenticat\w*|authoriz\w*|autentica\w*|autoriza\w*|authentif\w*|auth|introduction|overview|errors?|paginat\w*|rate limit\w*|versioning|getting started|quick ?start|faq|tutorial|examples?|conventions?|basics|sdks?|libraries)\b",
    re.IGNORECASE,
)

_REQUEST_LABEL = re.compile(
    r"(?:(?:https?|api|rest|example|end[ -]?point|request|resource)[ -]*)?(?:requests?(?: (?:url|uri|line|https?))?|end[ -]?points?|urls?|uris?|path|route|definition)|(?:api|http)[ -]call",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:change ?log|release notes|what's new|rate ?limit\w*|web ?sockets?|throttling|roadmap|deprecat\w* notice)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(r"\b(?:change ?log|release notes|what's new)\b", re.IGNORECASE)
_SENT_BY_SERVICE = re.compile(r"\b(?:web ?hooks?|callbacks?|notifications?|ipn|postbacks?)\b", re.IGNORECASE)

_LOGIN = re.compile(
    r"(?:oauth\d?|o?auth|tokens?|log[-_]?in|sign[-_]?in|sessions?|authenticate|authorize)", re.IGNORECASE
)

_ANY_PATH = re.compile(
    r"(?:[/_-]?(?:an?|any|some|specific|relative|your|my|the|example|sample|protected|secured?|private|authenticated|end-?points?|resources?|objects?|entit(?:y|ies)|collections?|models?|path|route|request"
    r"|method|call|action|thing|whatever|foo|bar|baz|to|here|url|uri|api|v\d+))+",
    re.IGNORECASE,
)

Place = Literal["query", "path", "header", "body", "response", ""]
_PLACES: tuple[tuple[Place, re.Pattern[str]], ...] = (
    (
        "response",
        re.compile(
            r"\b(?:respon\w+|return\w*|results?|output|status(?:es)?|states)\b|^\W*(?:success(?:ful)?(?: ?\(?2\d\d\)?)?|2\d\d)(?: (?:OK|created|accepted))?\W*$",
            re.IGNORECASE,
        ),
    ),
    ("query", re.compile(r"\bquery\b", re.IGNORECASE)),
    ("header", re.compile(r"\bheaders?\b", re.IGNORECASE)),
    ("body", re.compile(r"\b(?:body|payload|json|form|data)\b", re.IGNORECASE)),
    ("path", re.compile(r"\b(?:url|uri|path)\b", re.IGNORECASE)),
)

Column = Literal[
    "name",
    "type",
    "required",
    "optional",
    "default",
    "description",
    "condition",
    "in",
    "status",
    "body",
    "headers",
    "values",
    "filter",
    "example",
    "rules",
]
_COLUMNS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("status", re.compile(r"(?:http )?(?:status|response|error)?[ _-]?(?:codes?|status)|errors?", re.IGNORECASE)),
    ("condition", re.compile(r"(?:used|applies|valid|only|available) (?:in|to|for|when|with)", re.IGNORECASE)),
    (
        "name",
        re.compile(
            r"(?:param\w*|argument|attribute|field|property|key|name|variable|member|element)s?(?: ?name)?"
            r"|[A-Za-z]+ (?:param(?:eter)?|argument|attribute|field|property)s?(?: names?)?|attr\.?(?: name)?",
            re.IGNORECASE,
        ),
    ),
    ("filter", re.compile(r"(?:filter|criteri(?:on|a)|sort(?:ing)?(?: by| key)?|filtros?)s?(?: name)?", re.IGNORECASE)),
    ("example", re.compile(r"(?:example|sample|exemple|beispiel)s?(?: values?)?", re.IGNORECASE)),
    ("type", re.compile(r"(?:data ?|field ?|value ?|json ?)?types?|format", re.IGNORECASE)),
    (
        "required",
        re.compile(
            r"(?:is )?(?:required|mandatory|req\.?)\??(?: ?/ ?optional)?|optional ?/ ?(?:required|mandatory)|presence",
            re.IGNORECASE,
        ),
    ),
    ("optional", re.compile(r"(?:is )?optional\??", re.IGNORECASE)),
    ("in", re.compile(r"in|located in|location|sent in|param(?:eter)? type", re.IGNORECASE)),
    ("default", re.compile(r"default(?: value)?", re.IGNORECASE)),
    ("values", re.compile(r"(?:allowed|possible|valid|accepted) values?|values?|options|enum", re.IGNORECASE)),
    ("rules", re.compile(r"validations?(?: rules?)?|rules?|constraints?", re.IGNORECASE)),
    ("body", re.compile(r"(?:response )?(?:body|content|payload)", re.IGNORECASE)),
    ("headers", re.compile(r"(?:response )?headers?", re.IGNORECASE)),
    (
        "description",
        re.compile(
            r"desc\w*|definition|meaning|details?|notes?|explanation|comments?|message|reason|text", re.IGNORECASE
        ),
    ),
)

_YES = re.compile(r"(?:yes|y|true|t|required|mandatory|m|always|si|oui|ja|tak|evet|✓|✔|x|1)", re.IGNORECASE)
_NO = re.compile(r"(?:no|n|false|f|optional|o|0|never|non|nao|nein|nee|nie|hayır|-|—|✗|✘)?", re.IGNORECASE)

_SENDS = r"(?:send|post|call|push|deliver|notify|notifie)"
Role = Literal["request", "response", "callback", ""]
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "callback",
        re.compile(
            r"\b(?:callback|webhook)s?(?:_ur[il])?\b.*\b(?:request|call|payload|body|example|notification|params|parameters)\b|\bwebhook\b(?! (?:objects?|records?|resources?|propert(?:y|ies)|history))"
            rf"|\bwe(?:'ll| will)?(?: then)? {_SENDS}\b.*\b(?:you(?:rs?)?|(?:callback|webhook)s?(?:_ur[il])?)\b"
            rf"|\bour (?:servers?|systems?|services?|platform|backend)\b.{{0,20}}\b{_SENDS}s?\b",
            re.IGNORECASE,
        ),
    ),
    ("response", re.compile(r"\b(?:respon\w+|returns?|results?|outputs?|answers?|repl\w+)\b", re.IGNORECASE)),
    (
        "request",
        re.compile(
            r"\b(?:requests?|body|payload|send\w*|post\w*|(?-i:PUT|PATCH)|call\w*|command)\b"
            r"|\b(?:data|json|object|fields|parameters) (?:for|to|when) (?:an? |the )?(?:creat|updat|add|edit|submit|chang|register|insert|modify)\w*",
            re.IGNORECASE,
        ),
    ),
)


@known
def is_label(title: str) -> bool:
    """Tell whether a heading names a part of an operation (`HTTP Request`, `Returns`) instead of a thing."""
    return len(title) <= _LABEL and bool(_LABELS.fullmatch(english(title).strip().strip("#:").strip()))


@known
def is_illustration(title: str) -> bool:
    """Tell whether a chapter shows requests only to explain something (authentication, paging)."""
    return bool(_ILLUSTRATIONS.search(english(title)))


_LABEL = 60
"""Characters of a label; sentences are longer, and one made of such words is not looked through for them in every way."""


@known
def is_request_label(title: str) -> bool:
    """Tell whether a heading announces the request line itself."""
    return len(title) <= _LABEL and bool(_REQUEST_LABEL.fullmatch(english(title).strip("#:： ")))


@known
def is_address(title: str) -> bool:
    """Tell whether a column holds addresses."""
    return bool(re.fullmatch(r"resources?|methods? urls?", title.strip(), re.IGNORECASE)) or is_request_label(title)


@known
def is_request_line_label(title: str) -> bool:
    """Tell whether a heading says in so many words that the request line follows (`HTTP Request`)."""
    return bool(re.fullmatch(r"(?:https?|api)[ -]*request|request https?", english(title).strip("#: "), re.IGNORECASE))


@known
def is_no_operation(title: str) -> bool:
    """Tell whether a chapter only talks about requests (change log, rate limits, websockets)."""
    return bool(_NEVER.search(title))


def is_any_path(path: str) -> bool:
    """Tell whether a path names nothing, because any would do (`/some-protected-endpoint`)."""
    return bool(_ANY_PATH.fullmatch(path))


def is_history(title: str) -> bool:
    """Tell whether a chapter tells what has changed."""
    return bool(_HISTORY.search(title))


def is_login_path(segment: str) -> bool:
    """Tell whether a part of a path names the place where credentials are got."""
    return bool(_LOGIN.fullmatch(segment))


@known
def is_sent_by_service(title: str) -> bool:
    """Tell whether a chapter speaks of requests that the service sends."""
    return bool(_SENT_BY_SERVICE.search(title))


@known
def place(title: str) -> Place:
    """Say where a heading claims that the fields below it go."""
    title = english(title)
    return next((each for each, words in _PLACES if words.search(title)), "")


@known
def asks(title: str) -> bool:
    """Tell whether a heading announces what a list can be asked: filters, order, pages."""
    return bool(_ASKS.search(english(title)))


_ASKS = re.compile(
    r"\b(?:filter\w*|filtr(?:os?|ar)|paginat\w*|paging|pages? param\w*|sort(?:ing|able)?|order(?:ing| by)|search\w*|quer(?:y|ies))\b",
    re.IGNORECASE,
)


def introduces_answer(text: str) -> bool:
    """Tell whether the sentence above a table says that it lists what an answer holds."""
    sentence = english(re.split(r"[.!?]\s", text[-_SENTENCE:].strip())[-1])
    return all(words.search(sentence) for words in (_ANSWER, _FIELDS)) and not _OF_REQUEST.search(sentence)


_SENTENCE = 300
"""Characters that a sentence may have."""
_ANSWER = re.compile(r"\b(?:respon\w+|returns?|returned|meta)\b", re.IGNORECASE)
_FIELDS = re.compile(
    r"\b(?:fields|properties|attributes|keys|members|parameters|information|following|siguiente|seguinte|suivante)\b",
    re.IGNORECASE,
)
_OF_REQUEST = re.compile(
    r"\b(?:requests?|quer(?:y|ies)|pass(?:ed)?|sen[dt]|provid\w+|accepts?|specif\w+|using|filter\w*|optional|suppl\w+|used?|match\w*|narrow\w*|restrict\w*|limit\w*|control\w*|custom\w*|sort\w*|order\w*)\b",
    re.IGNORECASE,
)


@known
def announces_fields(title: str) -> bool:
    """Tell whether a heading says that what stands below it lists fields (`Post parameters`)."""
    spoken = english(title).strip(" :")
    return bool(_ANNOUNCES.fullmatch(spoken)) or (is_label(title) and speaks_of_fields(spoken))


_NAMES_OF_FIELDS = r"(?:param\w*|arguments?|attributes?|fields?|options?|filters?|properties|keys?)"


@known
def requires(title: str) -> bool | None:
    """What a heading says of all fields below it: that they are required, or optional (`Mandatory fields`); None for neither."""
    spoken = english(title).strip(" :")
    if not announces_fields(spoken) or len(found := {each.lower() for each in _NEEDS.findall(spoken)}) != 1:
        return None
    return found != {"optional"}


_NEEDS = re.compile(r"\b(?:required|mandatory|optional)\b", re.IGNORECASE)


def says_required(text: str) -> bool:
    """Tell whether the sentence above a table says that all that it lists is needed."""
    return bool(_ALL_NEEDED.search(english(text[-_SENTENCE:])))


_ALL_NEEDED = re.compile(
    rf"\b(?:(?:the|these) (?:following )?{_NAMES_OF_FIELDS}(?: below)? are (?:all )?(?:required|mandatory)|at (?:a )?minimum,? the following"
    rf"|(?:the following|these) (?:are )?(?:required|mandatory) {_NAMES_OF_FIELDS})\b[^.!?]*[.:]?\s*$",
    re.IGNORECASE,
)


def leaves_choice(text: str) -> bool:
    """Tell whether the words above a table say that some of what it lists is enough."""
    return bool(_CHOICE.search(english(re.split(r"[.!?]\s", text[-_SENTENCE:].strip())[-1])))


_CHOICE = re.compile(r"\b(?:one|any|some) of\b|\beither\b|\bat least one\b", re.IGNORECASE)


def required_among(text: str) -> frozenset[str]:
    """The names, set as code, that a sentence says are required (`Mandatory fields are `amount` and `currency``)."""
    if ("andatory" not in text and "equired" not in text) or _UNLESS.search(text[:_PARAGRAPH]):
        return frozenset()
    said = (each[1] or each[2] for each in _REQUIRED_NAMES.finditer(text[:_PARAGRAPH]))
    return frozenset(name for each in said for name in _NAME_AS_CODE.findall(each))


_PARAGRAPH = 2000
"""Characters of a paragraph that are read."""
_UNLESS = re.compile(r"\b(?:if|when|unless|only|either|otherwise|depending)\b", re.IGNORECASE)
_NAME_AS_CODE = re.compile(r"`\s*([\w.\[\]-]+)\s*`")
_NAMES_AS_CODE = r"`\s*[\w.\[\]-]{1,60}\s*`(?:(?:, and |, | and | & )`\s*[\w.\[\]-]{1,60}\s*`){0,30}"
_REQUIRED_NAMES = re.compile(
    rf"\b(?:required|mandatory) {_NAMES_OF_FIELDS}(?: are| is)?:? ({_NAMES_AS_CODE})(?! or\b)"
    rf"|(?<!or )({_NAMES_AS_CODE})(?: {_NAMES_OF_FIELDS})? (?:is|are) (?:always |all |both )?(?:required|mandatory)\b(?! (?:if|when|unless|only|for|to|in))",
    re.IGNORECASE,
)


def introduces_body(text: str) -> bool:
    """Tell whether the words above a table say that what it lists stands in the body of the request."""
    return bool(_IN_BODY.search(english(text[-_SENTENCE:])))


_IN_BODY = re.compile(
    r"\b(?:in|as|inside|within) (?:the |your |an? )?(?:(?:http )?request(?:['’]s)? (?:body|payload)|(?:body|payload) of (?:the|your|an?) (?:\w+ )?request|(?:post|put|patch) body)\b",
    re.IGNORECASE,
)


def speaks_of_fields(text: str) -> bool:
    """Tell whether a sentence mentions fields under one of their names."""
    return bool(_FIELD_NAMES.search(text))


_FIELD_NAMES = re.compile(rf"\b{_NAMES_OF_FIELDS}\b", re.IGNORECASE)
_ANNOUNCES = re.compile(rf"(?:\w+[ -]){{1,3}}{_NAMES_OF_FIELDS}", re.IGNORECASE)


@known
def column(title: str) -> Column | None:
    """Say what a column of a table holds."""
    title = english(title).strip().strip(":")
    spoken = _IN_BRACKETS.sub("", title).strip()  # `Field (* = required)`
    return next((each for said in (title, spoken) for each, words in _COLUMNS if words.fullmatch(said)), None)


@known
def yes_or_no(word: str) -> bool | None:
    """Read a cell of a Required column; None where it is neither yes nor no."""
    word = english(word).strip().strip(".*")
    return True if _YES.fullmatch(word) else False if _NO.fullmatch(word) else None


@known
def is_mark(word: str) -> bool:
    """Tell whether a word says that a field is required or optional, and nothing else."""
    return bool(_MARK.fullmatch(english(word).strip().strip("()[]*. ")))


_MARK = re.compile(r"(?:required|mandatory|optional)", re.IGNORECASE)


@known
def role(caption: str) -> Role:
    """Say what a caption announces; what stands in brackets tells variants apart, not roles."""
    spoken = _IN_BRACKETS.sub(" ", english(caption)[:200])
    found: Role = next((each for each, words in _ROLES if words.search(spoken)), "")
    if found == "request" and spoken != caption and _mentions(caption):
        return ""
    return found


_IN_BRACKETS = re.compile(r"\([^()]*\)")


def _mentions(caption: str) -> bool:
    """A sentence in another tongue that has a noun such as `pedido` within it: it may mean any order, not the request."""
    said = caption.split()
    return len(said) > _SHORT and english(said[0]) == said[0] and not _ROLES[-1][1].search(caption)


_SHORT = 4
"""Words that are a label, whatever they begin with."""


@known
def slug(text: str) -> str:
    """Lower-case words joined by hyphens."""
    return "-".join(_LETTERS.findall(text.lower().replace("'", "")))


_LETTERS = re.compile(r"[^\W_]+")


@known
def singular(word: str) -> str:
    """English singular of a resource name, lower case."""
    word = word.lower()
    for ending, single in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + single
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
