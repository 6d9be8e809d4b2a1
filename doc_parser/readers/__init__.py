"""Readers: a Topic comes in, Evidence goes out; no reader decides anything, and none knows another's findings.

One file a construct. READERS is the order of reading, which is the order of evidence within a topic
and nothing else: what wins is `resolve`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from doc_parser.evidence import Evidence, Topic
from doc_parser.readers.examples import examples
from doc_parser.readers.lists import lists
from doc_parser.readers.prose import prose
from doc_parser.readers.request_line import request_lines
from doc_parser.readers.samples import samples
from doc_parser.readers.tables import tables

Reader = Callable[[Topic], Iterator[Evidence]]

READERS: tuple[Reader, ...] = (
    request_lines,  # what the document says the request is
    samples,  # what its code sends
    examples,  # what comes back
    tables,  # what goes in, and which answers there are
    lists,  # the same, in bullets
    prose,  # what only a sentence says
)


def evidence(topic: Topic) -> tuple[Evidence, ...]:
    """Read a topic with every reader."""
    return tuple(found for reader in READERS for found in reader(topic))
