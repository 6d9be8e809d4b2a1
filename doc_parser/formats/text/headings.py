"""What the lines of a dump are: pieces come in, Sections go out; levels are guessed as chapter (1), topic (2) and part (3, 4).

A title has no mark of its own in a dump. It is short, ends no sentence, and something hangs below it:
a sample, a part of an operation, another title. What stands in the table of contents that some pages
begin with is a title for certain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from msgspec import Struct

from doc_parser.document import Annotation, Block, Code, Prose, Section, Table, Text
from doc_parser.formats.text.page import is_label, request
from doc_parser.formats.text.pieces import Line, Piece, Request, quoted
from doc_parser.readers import words
from doc_parser.source import Source, Span

_LONGEST = 90
_MOST_WORDS = 12
_UNFIT = re.compile(r"[.:;,!|=]$|^[a-z(\[{<\"'“/*•·.,:;-]|^(?:TBD|TDB|TODO|N/?A|NAV)\b|[{}=]|https?://", re.MULTILINE)
_SENTENCE = re.compile(
    r"(?:This|These|That|It|You|We|If|When|There|Please|Note|Here|In order|By default|"
    r"(?:Return|Retrieve|List|Get|Create|Update|Delete|Remove|Add|Allow|Send|Show|Fetche|Provide|Respond|Modifie|Replace|Contain)s"
    r"|(?:The|A|An|Each|All|Your?) .*\b(?:is|are|was|will|can|must|should|returns?|allows?|has|have)) \S",
)
_EXAMPLE = re.compile(
    r"\b(?:examples?|samples?|ejemplos?|exemplos?|exemples?|beispiele?|esempio|voorbeeld|пример)\b|例", re.IGNORECASE
)
_CONJUNCTION = 8
"""Characters of what may stand between two request lines that are one: `or`, `and also`."""
_FEWEST_ENTRIES = 4
_OCCURRENCES = 2
"""Of a title: in the table of contents, and where it heads."""
_FEW = 8
"""Samples of one thing that its request line is looked for in."""
_OFTEN = 3
"""A title that stands so often names a part of each thing, not a thing."""


class Title(Struct, frozen=True):
    """A line that is a heading."""

    text: str
    span: Span
    label: bool
    known: bool = False
    """It stands in the table of contents."""


Item = Title | Request | Block


def sections(source: Source, pieces: Sequence[Piece]) -> Iterator[Section]:
    """Give every line its role and every heading its level."""
    start, known = _contents(pieces)
    items = list(_items(pieces[start:], known))
    levels = _levels(items)
    level, title, span = 0, "", Span(source, 1)
    blocks: list[Block] = []
    for item, rank in zip(items, levels, strict=True):
        if isinstance(item, Title) and rank:
            if level or blocks:
                yield Section(level, title, span, tuple(blocks))
            level, title, span, blocks = rank, item.text, item.span, []
        elif isinstance(item, Title):
            blocks.append(Prose(Text(item.text), item.span))
        else:
            blocks.append(item.prose if isinstance(item, Request) else item)
    yield Section(level, title, span, tuple(blocks))


def _contents(pieces: Sequence[Piece]) -> tuple[int, frozenset[str]]:
    """A page that begins with its table of contents: where the page proper begins, and the titles listed.

    Its first entry is the first title that stands again further down, and there the page begins.
    """
    lines = list(takewhile(lambda each: isinstance(each, Line), pieces))
    counted = Counter(each.text for each in pieces if isinstance(each, Line) and len(each.text) <= _LONGEST)
    texts = [each.text for each in lines if isinstance(each, Line)]
    first = next((text for text in texts if counted[text] > 1 and not is_label(text)), "")
    if texts.count(first) < _OCCURRENCES:
        return 0, frozenset()
    begins = texts.index(first, texts.index(first) + 1)
    listed = frozenset(each for each in texts[:begins] if counted[each] > 1)
    return (begins, listed) if len(listed) >= _FEWEST_ENTRIES else (0, frozenset())


def _fits_title(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS and not _UNFIT.search(text)


def _may_head(text: str) -> bool:
    return _fits_title(text) and not _SENTENCE.match(text)


def _items(pieces: Sequence[Piece], known: frozenset[str]) -> Iterator[Item]:
    """Tell titles, captions and prose apart, each by what stands around it."""
    state = _State(known, Counter(each.text for each in pieces if isinstance(each, Line)))
    for index, piece in enumerate(pieces):
        below = pieces[index + 1 : index + 3]
        item: Item = state.role(piece, below) if isinstance(piece, Line) else piece
        if isinstance(item, Request) and state.heads(item, below):
            item = Title(item.text, item.span, label=False)
        state.pass_by(item)
        yield item


class _State:
    """What was read so far of the thing that the lines speak of."""

    def __init__(self, known: frozenset[str], counted: Counter[str]) -> None:
        self.known = known
        self.counted = counted
        self.empty_label = ""
        self.empty = True
        self.asked = False
        self.samples: list[str] = []
        self.requests: set[str] = set()

    def role(self, line: Line, below: Sequence[Piece]) -> Item:
        """Say what a line is, given the two pieces below it."""
        text = line.text
        if below and isinstance(below[0], Code) and _is_caption(text):
            return Annotation(Text(text), line.span)
        if text in self.known:
            return Title(text, line.span, is_label(text), known=True)
        if is_label(text) and not text.endswith((".", ",")):
            return Title(text.rstrip(":"), line.span, label=True)
        if not below or not _may_head(text) or self._fills_label(below) or self._describes(below):
            return Prose(quoted(text), line.span)
        return Title(text, line.span, label=False)

    def _fills_label(self, below: Sequence[Piece]) -> bool:
        """A part is not empty: what stands below its label is its text, unless that goes on as below a title."""
        speaks = isinstance(below[0], Line) and not _may_head(below[0].text)
        return bool(self.empty_label) and not (speaks and self.counted[self.empty_label] == 1)

    def _describes(self, below: Sequence[Piece]) -> bool:
        """A line between a thing's sample and the request line of that sample speaks of the thing."""
        labelled = isinstance(below[0], Line) and is_label(below[0].text)
        asked = below[min(labelled, len(below) - 1)]
        return isinstance(asked, Request) and not self.asked and asked.is_sent_by(self.samples)

    def heads(self, asked: Request, below: Sequence[Piece]) -> bool:
        """Tell whether a request line is the title of the next thing: this one has its own, and text follows at once."""
        news = asked.states_method and asked.text not in self.requests
        return self.asked and news and not self.empty and bool(below) and isinstance(below[0], Line)

    def pass_by(self, item: Item) -> None:
        """Take note of an item."""
        plain = item.text.plain.replace(" ", "") if isinstance(item, Prose) else ""
        self.empty = isinstance(item, Title | Request) or (plain.isalpha() and len(plain) < _CONJUNCTION)
        self.empty_label = item.text if isinstance(item, Title) and item.label else ""
        if isinstance(item, Title) and not item.label:
            self.asked, self.samples = bool(request(item.text)), []
        elif isinstance(item, Code):
            self.samples.append(item.content)
        elif isinstance(item, Request):
            self.asked = True
            self.requests.add(item.text)


def _is_caption(text: str) -> bool:
    """Tell whether a line above code announces it."""
    example = len(text) <= _LONGEST and _EXAMPLE.search(text)
    return bool(
        text.endswith((":", "："))
        or (example and (example.start() == 0 or words.role(text)))
        or (is_label(text) and words.role(text))
    )


def _levels(items: Sequence[Item]) -> list[int]:
    """A level for every title, 0 for one that is a line in bold after all."""
    counted = Counter(item.text for item in items if isinstance(item, Title))
    levels = [0] * len(items)
    below: list[Item] = []
    for index in range(len(items) - 1, -1, -1):
        item = items[index]
        if isinstance(item, Title):
            levels[index] = _level(item, below, counted[item.text])
            below = []
        below.append(item)
    for index in _interruptions(items):
        levels[index] = 0
    return levels


def _level(title: Title, below: Sequence[Item], times: int) -> int:
    """The level of a title; below it stands, read upwards, all up to the next title and that itself."""
    following = below[-1] if below else None
    heads = isinstance(following, Title) and not following.label
    shown = any(isinstance(each, Code | Request) for each in below)
    explains = words.is_illustration(title.text) and not (title.label and shown)
    if times == 1 and (heads or explains):
        return 1
    if title.label:
        return 3
    if title.known or shown or not below or isinstance(following, Title):
        return 2
    return 4 if times >= _OFTEN or any(isinstance(each, Table) for each in below) else 2


def _interruptions(items: Sequence[Item]) -> Iterator[int]:
    """Titles between a sample and the request line that it follows: they part the text about one thing."""
    samples: list[str] = []
    between: list[int] = []
    asked = False
    for index, item in enumerate(items):
        if isinstance(item, Code):
            if between:
                samples, between = [], []
            if not asked:
                samples = [*samples[-_FEW:], item.content]
        elif isinstance(item, Title) and not item.label:
            asked = False
            if samples:
                between.append(index)
        elif isinstance(item, Request):
            if item.is_sent_by(samples):
                yield from between
            samples, between, asked = [], [], True
