"""HTML as a flat run of marks: text comes in, tags and the text between them go out, each with its line; linear in time.

The standard library's parser takes time that grows with the square of its input for tags that nobody
closes (and knows no placeholders), so this one is our own. Comments, scripts and styles do not exist.
What looks like a tag but is no element of HTML (`<ID>`, `<Project ID>`) is text, as its writer meant it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Literal, NamedTuple


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


INLINE = _words(
    "a abbr acronym audio b bdi bdo big br button canvas cite code data del dfn em embed font i iframe img input ins kbd label"
    " map mark meter noscript object output picture progress q s samp select slot small span strike strong sub sup svg"
    " template textarea time tt u var video wbr"
)
BLOCK = _words(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li link main menu menuitem meta"
    " nav ol optgroup option p param pre script search section source style summary table tbody td tfoot th thead title tr"
    " track ul"
)
VOID = _words("area base br col embed frame hr img input link meta param source track wbr")
"""Elements without an end tag (HTML, section 13.1.2)."""

_MARK = re.compile(
    r"<(?:(?P<comment>!--)|(?P<bang>[!?])[^<>]*>"
    # a value in quotes may hold any character, but only so many: what is never closed must not be searched again and again
    r"|(?P<end>/?)(?P<name>[A-Za-z][\w.:|-]*)(?:(?=[\s/])(?P<attributes>[^<>\"']*(?:(?:\"[^\"]{0,2000}\"|'[^']{0,2000}')[^<>\"']*)*)|)>"
    r"|(?P<loose_end>/?)(?P<loose>[A-Za-z][\w.:|-]*)(?=[\s/])(?P<rest>[^<>]*)>)"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CLASSES = re.compile(r"(?:^|\s)class\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_ATTRIBUTE = r"(?:^|\s){}\s*=\s*[\"']?([^\s\"'>]+)"
_UNSEEN = {name: re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE) for name in ("script", "style")}
"""Elements whose content is no text for readers and no markup either."""


class Mark(NamedTuple):
    """A tag, or the text up to the next one."""

    kind: Literal["text", "start", "end"]
    name: str
    """Lower case; empty for text."""
    raw: str
    """Attributes of a tag; text with its entities."""
    line: int
    """1-based, where it begins."""

    @property
    def text(self) -> str:
        """Text as it is read; only entities that end in `;` are such (`?from=1&copy=2` is a query)."""
        return _ENTITY.sub(lambda entity: unescape(entity[0]), self.raw).replace("\xa0", " ")

    @property
    def first_line(self) -> int:
        """Line of the first character of text that is no blank."""
        return self.line + self.raw.count("\n", 0, len(self.raw) - len(self.raw.lstrip()))

    @property
    def classes(self) -> list[str]:
        """Words of the class attribute."""
        found = _CLASSES.search(self.raw) if self.raw else None
        return (found[1] or found[2] or found[3] or "").split() if found else []

    def attribute(self, name: str) -> str:
        """First word of an attribute's value; empty where it has none."""
        if name not in self.raw.lower():
            return ""
        found = re.search(_ATTRIBUTE.format(name), self.raw, re.IGNORECASE)
        return found[1] if found else ""


def marks(text: str, line: int = 1) -> list[Mark]:
    """Split HTML whose first line has this number."""
    found: list[Mark] = []
    pending, at = 0, 0
    never_closed: set[str] = set()
    while match := _MARK.search(text, at):
        start, at = match.start(), match.end()
        name = (match["name"] or match["loose"] or "").lower()
        if match["comment"]:
            at = text.find("-->", start + 2) + 3
            at = at if at > 2 else len(text)  # one that is never closed reaches to the end
        elif not match["bang"] and not _is_element(name):
            continue
        if start > pending:
            found.append(Mark("text", "", text[pending:start], line))
            line += text.count("\n", pending, start)
        if name:
            kind: Literal["start", "end"] = "end" if match["end"] or match["loose_end"] else "start"
            found.append(Mark(kind, name, match["attributes"] or match["rest"] or "", line))
            if kind == "start" and name in _UNSEEN and name not in never_closed:
                closing = _UNSEEN[name].search(text, at)
                at = closing.end() if closing else at
                never_closed |= set() if closing else {name}
        line += text.count("\n", start, at)
        pending = at
    if pending < len(text):
        found.append(Mark("text", "", text[pending:], line))
    return found


def _is_element(name: str) -> bool:
    return name in INLINE or name in BLOCK or name in VOID


def partners(found: Sequence[Mark]) -> dict[int, int]:
    """Index of the end tag for that of each start tag that has one; the innermost open one of its name is closed."""
    waiting: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for index, each in enumerate(found):
        if each.kind == "start" and each.name not in VOID:
            waiting.setdefault(each.name, []).append(index)
        elif each.kind == "end" and waiting.get(each.name):
            pairs[waiting[each.name].pop()] = index
    return pairs


_HIDDEN_NAMES = frozenset(
    ("head", "title", "nav", "footer", "svg", "select", "button", "template", "noscript", "textarea")
)
_HIDDEN_CLASSES = _words(
    "toc-wrapper tocify-wrapper tocify toc-list-h1 toc-footer lang-selector search search-results nav-button copy-clipboard"
    " gutter rouge-gutter lineno linenos line-numbers headerlink header-anchor anchorjs-link"
)


def shown(found: Sequence[Mark]) -> Iterator[Mark]:
    """Leave out what a page shows around its content: navigation, search, buttons, line numbers, drawings.

    A tab of another language that a saved page hides is content.
    """
    pairs = partners(found)
    index = 0
    while index < len(found):
        each = found[index]
        if each.kind == "start" and index in pairs and _is_hidden(each):
            index = pairs[index]
        elif each.name not in _HIDDEN_NAMES:
            yield each
        index += 1


def _is_hidden(mark: Mark) -> bool:
    return mark.name in _HIDDEN_NAMES or not _HIDDEN_CLASSES.isdisjoint(mark.classes)


_SMALL = _words("sup sub small")
_BADGES = _words("badge label tag pill required req optional deprecated attribute attr-type type param-type datatype")


def is_small(mark: Mark) -> bool:
    """Tell whether a tag begins or ends small print: a remark on what stands beside it, no part of it."""
    return mark.name in _SMALL or (mark.name == "span" and not _BADGES.isdisjoint(mark.classes))


def column(found: Sequence[Mark]) -> Sequence[Mark]:
    """What follows the opening of a page's content column; a stray end tag within it does not end it."""
    for wanted in (_is_slate_content, lambda mark: mark.name == "main", lambda mark: mark.name == "body"):
        for index, each in enumerate(found):
            if each.kind == "start" and wanted(each):
                return found[index + 1 :]
    return found


def _is_slate_content(mark: Mark) -> bool:
    return mark.name == "div" and "content" in mark.classes


def title(found: Sequence[Mark]) -> str:
    """The page's title."""
    for index, each in enumerate(found[:-1]):
        if each.kind == "start" and each.name == "title":
            return " ".join(found[index + 1].text.split())
    return ""
