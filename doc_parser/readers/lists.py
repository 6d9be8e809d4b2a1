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
from doc_parser.readers.rows import is_nothing
from doc_parser.readers.tongues import english
from doc_parser.readers.types import is_type
from doc_parser.structs import replace

_ITEM = re.compile(r"([\w.\[\]-]+)\s*(?:[(\[]([^)\]]*)[)\]])?(?:\s*([:–—-]|=>|\s)\s*(.*))?", re.DOTALL)

_BARE = re.compile(r"[a-z]\w*(?:[_.\[]\w+\]?)*")
"""A name and nothing else."""
_OF_REQUESTS = ("body", "query", "path", "header")
"""Where what a request sends may stand; headings often say no more (`Request Body`)."""


def lists(topic: Topic) -> Iterator[Evidence]:
    """Read the lists of a topic that list fields."""
    for section in topic.sections:
        yield from _of_section(section)


@once
def _of_section(section: Section) -> Iterator[Evidence]:
    named, needed = words.announces_fields(section.title), words.requires(section.title)
    placed = not named and words.is_label(section.title) and words.place(section.title) in _OF_REQUESTS
    headed = announced = named or placed
    for block in section.blocks:
        if isinstance(block, Prose):
            announced = announced or (block.text.plain.endswith(":") and _announces(block.text.plain))
        elif isinstance(block, List) and announced:
            rows = tuple(row for item in block.items if (row := _row(item, headed=headed, bare=needed is not None)))
            least = len(block.items) if placed else len(block.items) // 2 + 1  # `Data` may stand above anything
            if len(rows) >= least:
                place = words.place(section.title)
                if needed is not None and place != "response":
                    rows = tuple(replace(each, required=needed) if each.required is None else each for each in rows)
                yield FieldTable(section.title, place, rows, block.span)


def _announces(text: str) -> bool:
    """The sentence at the end of a text mentions fields, in any tongue."""
    return words.speaks_of_fields(text) or words.speaks_of_fields(english(text.rpartition(". ")[2]))


def _row(item: Prose, *, headed: bool, bare: bool) -> FieldRow | None:
    text = item.text.plain
    match = _ITEM.fullmatch(text)
    alone = bare and bool(_BARE.fullmatch(text)) and not is_nothing(text)
    if not match or not (alone or _is_told(item, match, headed=headed)):
        return None
    name, brackets, description = match[1], match[2] or "", match[4] or ""
    kind = description if is_type(description.lower()) else ""
    quoted = item.text.quoted.partition(name)[2].lstrip("`")
    choices = choices_of(quoted)
    return FieldRow(
        name=name,
        type=re.sub(r"\b(?:required|optional)\b|,", " ", (brackets or kind).lower()).strip(),
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


def _is_told(item: Prose, match: re.Match[str], *, headed: bool) -> bool:
    """The name is set as code, or brackets or a mark set it apart from what is said of it, where a heading announces names."""
    if match[3] is None and not (headed or match[2]):
        return False
    if (item.text.codes and item.text.codes[0] == match[1]) or (headed and match[3] is None and item.text.strong):
        return True
    apart = bool(match[2]) or not (match[3] or " ").isspace()
    return (
        apart
        and (not item.text.codes or item.text.codes[0] not in match[1])
        and (headed or bool(_PLAIN_NAME.match(match[1])))
    )


_PLAIN_NAME = re.compile(r"[a-z]|\w+[_.\[]|[A-Z][a-z]+[A-Z]")
"""What is written as programs write names, unlike the first word of a sentence."""
