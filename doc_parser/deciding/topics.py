"""Topics: a Document's flat run of sections comes in, groups that speak of one thing each go out; no section is in two.

A heading that only names a part (`HTTP Request`, `Arguments`, `Returns`) belongs to the thing above it,
and so does anything deeper that shows no request of its own. A paragraph in bold that names a part is
such a heading. Any other heading begins a topic of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice, takewhile, zip_longest

from msgspec import Struct

from doc_parser.document import Block, Code, Document, List, Prose, Section, Table, Text
from doc_parser.evidence import Call, Topic
from doc_parser.readers import words
from doc_parser.readers.alone import address_of, method_of, standing
from doc_parser.readers.forms import form
from doc_parser.readers.labelled import lone_methods
from doc_parser.readers.request_line import request_lines
from doc_parser.readers.samples import samples
from doc_parser.structs import replace
from doc_parser.url import Url

_HINT = re.compile(r"https?://|/[\w<{:$]|\bcurl\b|\bhttp\b", re.IGNORECASE)


def topics(document: Document) -> Iterator[Topic]:
    """Group the sections of a document."""
    sections = [part for whole in document.sections for part in _parts(whole)]
    page = _Page(sections, cache(lambda index: _has_request(sections[index])), _said_again(sections))
    highest = document.chapter_level
    group: list[Section] = []
    chapter, above = "", _NOWHERE
    for index, section in enumerate(sections):
        if group and page.put(index, group, above):
            continue
        above = group[0].level if group and section.level > group[0].level else _NOWHERE
        if group:
            yield _topic(chapter, group)
        if section.level <= highest:
            chapter = section.title
        group = [section]
    if group:
        yield _topic(chapter, group)


class _Page(Struct, frozen=True):
    """All sections of a document in their order."""

    sections: Sequence[Section]
    asks: Callable[[int], bool]
    """Whether a section shows a request."""
    again: frozenset[tuple[int, str]]
    """Labels that stand at one level several times."""

    def put(self, index: int, group: list[Section], above: int) -> bool:
        """Put a section into the group that it belongs to; False where it begins one of its own. Of the heading above the group, the level is known."""
        section = self.sections[index]
        deeper = section.level > group[0].level
        if deeper and _is_set_large(group[-1], self.sections, index):
            group[-1] = replace(group[-1], blocks=_with_title(section).blocks)
        elif deeper and self._is_within(index, group):
            group.append(section)
        elif deeper and _tells_again(group, section) and not self._asks_below(index, group[0].level):
            group.append(_with_title(section))
        elif self._is_level(index, group) or (above < section.level and _is_small(section, group[0])):
            group.append(section)
        else:
            return False
        return True

    def _is_within(self, index: int, group: Sequence[Section]) -> bool:
        """Tell whether a deeper section is a part, or shows no request."""
        return (
            _is_part(self.sections[index])
            or _tells_of(self.sections[index])
            or not (
                _speaks_of_request(self.sections, self.asks, index) or _has_line_beside(group, self.sections, index)
            )
        )

    def _is_level(self, index: int, group: Sequence[Section]) -> bool:
        """Tell whether a section is a part though its heading is no deeper than that of what it is a part of."""
        section = self.sections[index]
        if _is_beside(group, section) and (len(group) > 1 or self.asks(index)):
            return True
        return _is_flat(group, section, self.again) and any(map(_has_request, group))

    def _asks_below(self, index: int, level: int) -> bool:
        """Tell whether another section below the same heading shows a request."""
        below = takewhile(lambda each: self.sections[each].level > level, range(index + 1, len(self.sections)))
        return any(self.asks(each) for each in below)


_NOWHERE = 99
"""Deeper than any heading."""


def _is_set_large(above: Section, sections: Sequence[Section], index: int) -> bool:
    """A heading may be no more than the address that the empty label above it announces (`### HTTP Request`, `#### GET /pets`)."""
    level = sections[index].level
    if above.blocks or level <= above.level or not words.is_request_label(above.title):
        return False
    below = islice(sections, index + 1, None)
    return not any(each.level == level for each in takewhile(lambda each: each.level > above.level, below))


def _is_beside(group: Sequence[Section], section: Section) -> bool:
    """A part may have a heading no deeper than what it is a part of, once `HTTP Request` has had one."""
    if section.level != group[0].level or section.level <= 1 or _is_part(group[0]):
        return False
    begun = any(each.level == section.level and words.is_request_line_label(each.title) for each in group[1:])
    return words.is_label(section.title) if begun else len(group) == 1 and words.is_request_line_label(section.title)


def _is_small(section: Section, first: Section) -> bool:
    """The only address below a heading may be set small (`###### GET /pets`), and the parts of what it asks larger."""
    return section.level < first.level and _is_part(section) and _has_request(first)


def _has_line_beside(group: Sequence[Section], sections: Sequence[Section], index: int) -> bool:
    """Below one heading several have their request lines below labels that are no deeper than themselves; what has but one is one request."""
    level, below = sections[index].level, index + 1
    if below == len(sections) or not _is_beside(sections[index:below], sections[below]):
        return False
    rest = takewhile(lambda each: each.level > group[0].level, islice(sections, below + 1, None))
    return any(each.level == level and words.is_request_line_label(each.title) for each in rest)


def _said_again(sections: Sequence[Section]) -> frozenset[tuple[int, str]]:
    """Labels that stand more than once at one level: parts, though they are no deeper than what they are parts of."""
    labels = Counter((each.level, each.title.lower()) for each in sections if each.level > 1 and _is_part(each))
    return frozenset(each for each, count in labels.items() if count > 1)


def _is_flat(group: Sequence[Section], section: Section, again: frozenset[tuple[int, str]]) -> bool:
    """All headings of a page may be of one level: `Parameters` below one request, and again below the next, or below a heading that is one."""
    if section.level != group[0].level or section.level <= 1:
        return False
    said = (section.level, section.title.lower()) in again or (_is_part(section) and form(group[0].title) is not None)
    return said and not _is_part(group[0])


def _with_title(section: Section) -> Section:
    """A section whose heading is read as its first line."""
    return replace(section, blocks=(Prose(Text(section.title), section.span), *section.blocks))


def _tells_again(group: Sequence[Section], section: Section) -> bool:
    """A part of another name has the one request line of what the samples above it send."""
    sent = [each for above in group for each in samples(_alone(above)) if isinstance(each, Call)]
    if not sent or any(isinstance(each, Call) for above in group for each in request_lines(_alone(above))):
        return False
    lines = [each for each in request_lines(_alone(section)) if isinstance(each, Call)]
    return len(lines) == 1 and any(lines[0].method == each.method and _ends_in(each.url, lines[0].url) for each in sent)


def _ends_in(url: Url, template: Url) -> bool:
    """A full address may have a base in front of the path."""
    cut = len(url.segments) - len(template.segments)
    return cut >= 0 and bool(template.segments) and template.covers(replace(url, segments=url.segments[cut:]))


def _speaks_of_request(sections: Sequence[Section], asks: Callable[[int], bool], index: int) -> bool:
    """The section shows a request, or one of the parts below it does; its heading may be the address, the next one the method."""
    if asks(index) or _is_told_apart(sections, index):
        return True
    for below in range(index + 1, len(sections)):
        if sections[below].level <= sections[index].level:
            return False
        if asks(below):
            return _is_part(sections[below]) or _is_set_large(sections[below - 1], sections, below)
    return False


def _is_told_apart(sections: Sequence[Section], index: int) -> bool:
    """A heading is the address, and the next one the method; or the method stands alone, and the address in another part."""
    deeper = [*takewhile(lambda each: each.level > sections[index].level, islice(sections, index + 1, None))]
    if deeper and method_of(deeper[0].title) and address_of(sections[index].title):
        return True
    parts = [sections[index], *deeper[:_PARTS]]
    return any(any(lone_methods(each)) for each in parts) and any(any(standing(each)) for each in parts)


_PARTS = 8
"""Parts that one request is told in."""


def _is_part(section: Section) -> bool:
    """The heading names a part of what stands above it."""
    return words.is_label(section.title) or words.is_request_label(section.title)


def _tells_of(section: Section) -> bool:
    """The heading says that what stands above it is told here, whatever else is mentioned."""
    return section.title.strip("#: ").lower() in _TELLING


_TELLING = frozenset(("description", "summary", "details"))


def _topic(chapter: str, group: list[Section]) -> Topic:
    return Topic(chapter or group[0].title, group[0].title, group[0].span, tuple(group))


def _parts(section: Section) -> Iterator[Section]:
    """Split a section at its labels, which are set apart."""
    part = section
    blocks: list[Block] = []
    for block, following in zip_longest(section.blocks, section.blocks[1:]):
        if isinstance(block, Prose) and _parts_from(block, following):
            yield replace(part, blocks=tuple(blocks))
            part, blocks = Section(section.level + 1, block.text.plain.strip(": "), block.span, ()), []
        else:
            blocks.append(block)
    yield section if part is section else replace(part, blocks=tuple(blocks))


def _parts_from(block: Prose, following: Block | None) -> bool:
    """A label parts a section if it is set apart, or says right above a table where what is in it goes."""
    label = block.text.plain
    return words.is_label(label) and (
        block.text.strong or block.text.slanted or (isinstance(following, Table) and words.place(label) != "")
    )


def _has_request(section: Section) -> bool:
    """Tell whether a section shows a request, and one that is no bare name."""
    alone = _alone(section)
    asks = any(isinstance(each, Call) for reader in (request_lines, samples) for each in reader(alone))
    return asks and (
        bool(_HINT.search(section.title))
        or any(_HINT.search(text) for block in section.blocks for text in _texts(block))
    )


def _alone(section: Section) -> Topic:
    return Topic("", section.title, section.span, (section,))


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Code):
        yield block.content
    elif isinstance(block, List):
        yield from (item.text.plain for item in block.items)
    elif isinstance(block, Table):
        yield from (cell.plain for row in block.rows[:1] for cell in row.cells)
    else:
        yield block.text.plain
