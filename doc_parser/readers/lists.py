"""Lists of fields: `* name (type): description` below a label such as Parameters; each list gives one FieldTable.

A list counts where a label announces it, or where most of its items begin with a code span; prose with
bullets is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doc_parser.document import List, Prose, Section
from doc_parser.evidence import Evidence, FieldRow, FieldTable, Topic
from doc_parser.readers import words
from doc_parser.readers.facts import choices_of, default_of, formats_of, limits_of, required_of
from doc_parser.readers.once import once

_ITEM = re.compile(r"([\w.\[\]-]+)\s*(?:[(\[]([^)\]]*)[)\]])?\s*(?:[:–—-]|=>|\s)\s*(.*)", re.DOTALL)
_ANNOUNCED = re.compile(
    r"\b(?:param\w*|arguments?|attributes?|fields?|options?|filters?|properties|keys?)\b", re.IGNORECASE
)


def lists(topic: Topic) -> Iterator[Evidence]:
    """Read the lists of a topic that list fields."""
    for section in topic.sections:
        yield from _of_section(section)


@once
def _of_section(section: Section) -> Iterator[Evidence]:
    announced = bool(_ANNOUNCED.search(section.title)) and words.is_label(section.title)
    for block in section.blocks:
        if isinstance(block, Prose):
            announced = announced or (block.text.plain.endswith(":") and bool(_ANNOUNCED.search(block.text.plain)))
        elif isinstance(block, List) and announced:
            rows = tuple(row for item in block.items if (row := _row(item)))
            if 2 * len(rows) > len(block.items):
                yield FieldTable(section.title, words.place(section.title), rows, block.span)


def _row(item: Prose) -> FieldRow | None:
    match = _ITEM.fullmatch(item.text.plain)
    if not match or (item.text.codes[:1] and item.text.codes[0] != match[1]) or not (item.text.codes or match[2]):
        return None
    name, brackets, description = match[1], match[2] or "", match[3]
    quoted = item.text.quoted.partition(name)[2].lstrip("`")
    choices = choices_of(quoted)
    return FieldRow(
        name=name,
        type=re.sub(r"\b(?:required|optional)\b|,", " ", brackets.lower()).strip(),
        required=required_of(f"{brackets} {description}"),
        default=default_of(quoted),
        description=description,
        enum=choices.stated,
        condition="",
        limits=(*limits_of(f"{brackets} {description}"), *formats_of(brackets)),
        hints=formats_of(description),
        choices=choices.hinted,
        span=item.span.holding(name),
    )
