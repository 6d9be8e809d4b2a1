"""Outcomes that a caption or a heading announces (`> 404 - Not Found`, `### Error Response`): words come in, a status goes out.

A number counts only where it stands as a status does; FAILED is an error of which only the body, or another place,
may tell the number.
"""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus

from doc_parser.readers.tongues import english

FAILED = 400
"""What an error is called that nobody gives a number (RFC 9110, section 15.5.1: as generic as errors are)."""
_NUMBERED = (
    # at the beginning (`201 - Created`), or all of a bracket (`Response (404)`)
    re.compile(r"\W*(?:HTTP(?:/[\d.]+)? ?)?(?:status:? |code:? )*([2-5]\d\d)\b(?!\s*[.,]\d)", re.IGNORECASE),
    re.compile(r".*[(\[](?:HTTP |status |code |:)*\s*([2-5]\d\d)\b[^()\[\]]*[)\]]", re.IGNORECASE),
    # behind a word that statuses stand behind (`Response 404`, `Error: 422`)
    re.compile(
        r".*\b(?:HTTP(?:/[\d.]+)?|status ?code|status|code|response|responses|success|error|returns?)(?: (?:status|code|of|is|a|an))*[\s:#–—-]+([2-5]\d\d)\b(?! (?!success\b|status\b)\w+s\b)",
        re.IGNORECASE,
    ),
)
_PHRASES = {
    each.phrase.lower(): each.value
    for each in HTTPStatus
    if each >= 400 and (" " in each.phrase or each in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))
}
"""Phrases that mean their status wherever they stand; `Gone` or `Conflict` may be said of anything."""
_NOTHING = re.compile(r"\W*(?:(?:returns|response|responses|with) )*no[ _-]content(?: response)?\W*", re.IGNORECASE)
"""A label that says nothing but that nothing comes back (RFC 9110, section 15.3.5)."""
_PHRASE = re.compile(rf"\b(?:{'|'.join(sorted(_PHRASES, key=len, reverse=True))})\b", re.IGNORECASE)
_FAILS = re.compile(
    r"\b(?:errors?|fail(?:s|ed|ure|ures|ing)?|unsuccess\w*|not successful|rejected|denied|(?:not|(?<=n['’])t) (?:authenticated|authori[sz]ed|logged in))\b",
    re.IGNORECASE,
)
_FAILED_REQUEST = re.compile(
    r"\b(?:requests?|calls?) (?:has |have |is |was |were )?(?:failed|fails?|rejected|denied|unsuccessful)\b",
    re.IGNORECASE,
)
_SUCCEEDS = re.compile(
    r"(?<!not )\bsuccess\w*|\b(?:no|without|any|if) (?:an? )?(?:errors?|failures?)\b|\bOK\b", re.IGNORECASE
)
_ASKS_FOR = re.compile(r"\W*(?:list|get|fetch|find|retrieve|search|show|read|retry|create|add)\w*\b", re.IGNORECASE)
"""Failures that are asked for are records."""
_READ = 200
"""Characters that are read."""


@lru_cache(maxsize=1024)
def status_of(label: str) -> int | None:
    """The status that a label names, by number or by phrase; None where it names none."""
    label = english(label[:_READ].replace("`", ""))
    for pattern in _NUMBERED:
        if (found := pattern.match(label)) and int(found[1]) in KNOWN:
            return int(found[1])
    if _NOTHING.fullmatch(label):
        return HTTPStatus.NO_CONTENT.value
    phrase = _PHRASE.search(label)
    return _PHRASES[phrase[0].lower()] if phrase else None


SPELLED = {each.value: each.phrase for each in HTTPStatus}
"""Phrases of the statuses that are known."""
KNOWN = frozenset(SPELLED)


@lru_cache(maxsize=1024)
def fails(label: str) -> bool:
    """Tell whether a label announces an error without saying which."""
    spoken = english(label[:_READ])
    return bool(_FAILS.search(spoken)) and not _SUCCEEDS.search(spoken) and not _ASKS_FOR.match(spoken)


def without_phrase(label: str) -> str:
    """A label without what says that a request came to nothing: `Bad Request` is no request, nor `If the request fails`."""
    return _FAILED_REQUEST.sub(" ", _PHRASE.sub(" ", label[:_READ]))
