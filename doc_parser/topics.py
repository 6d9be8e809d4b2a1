"""Topics: a Document's flat run of sections comes in, groups that speak of one thing each go out; no section is in two.

A heading that only names a part (`HTTP Request`, `Arguments`, `Returns`) belongs to the thing above it;
so does whatever stands deeper than such a part. Any other heading begins a topic of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from doc_parser.document import Document, Section
from doc_parser.evidence import Topic
from doc_parser.readers import words


def topics(document: Document) -> Iterator[Topic]:
    """Group the sections of a document."""
    group: list[Section] = []
    chapter = ""
    part_level = 0
    for section in document.sections:
        if (
            group
            and section.level > group[0].level
            and (words.is_label(section.title) or section.level > part_level > 0)
        ):
            if words.is_label(section.title):
                part_level = section.level
            group.append(section)
            continue
        if group:
            yield _topic(chapter, group)
        if section.level <= 1:
            chapter = section.title
        group, part_level = [section], 0
    if group:
        yield _topic(chapter, group)


def _topic(chapter: str, group: list[Section]) -> Topic:
    return Topic(chapter or group[0].title, group[0].title, group[0].span, tuple(group))
