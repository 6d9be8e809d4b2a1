"""Samples beside a section's own request: those that contradict nothing are told apart from those that name another path by mistake.

A Call that lost against the section's path comes in, a yes or no goes out; what stands here decides
nothing but whether there is a fault to report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from doc_parser.document import List, Prose, Table
from doc_parser.evidence import Call, Topic
from doc_parser.readers import words
from doc_parser.url import PREFIX, Url


def is_choice(written: Url, url: Url, own: Url, topic: Topic) -> bool:
    """Tell whether a path is the section's own with an offered word in it (`/jobs/open` beside `/jobs/{id}` or `/jobs`).

    `written` is the URL as the sample has it, `url` the same with placeholders for ids.
    """
    if not 0 <= len(url.segments) - len(own.segments) <= 1:
        return False
    kept = [each.variable or each.text == mine.text for each, mine in zip(own.segments, url.segments, strict=False)]
    strange = [at for at in range(len(url.segments)) if at >= len(kept) or not kept[at]]
    return len(strange) == 1 and written.segments[strange[0]].text in set(_offered(topic))


def _offered(topic: Topic) -> Iterator[str]:
    """Words that a topic offers: code in its prose, and the first cells of tables that are not about fields."""
    for section in topic.sections:
        for block in section.blocks:
            if isinstance(block, Prose):
                yield from block.text.codes
            elif isinstance(block, List):
                for item in block.items:
                    yield from item.text.codes
            elif (
                isinstance(block, Table)
                and block.titles
                and not any(words.column(each) == "name" for each in block.titles)
            ):
                yield from (row.cells[0].plain for row in block.rows if row.cells)


def is_another_step(call: Call, own: Url, calls: Sequence[Call]) -> bool:
    """Tell whether a sample below a caption of its own calls for something else, in a language in which the section's request is shown too."""
    agreeing = [each for each in calls[:_SAMPLES] if each.origin == "sample" and own.covers(each.url)]
    apart = call.caption.span is not None and all(each.caption.span != call.caption.span for each in agreeing)
    shown = any(each.language == call.language for each in agreeing)
    return call.origin == "sample" and apart and shown and not _resources(call.url) & _resources(own)


_SAMPLES = 40
"""Samples of one section that are looked at; nobody writes more."""


def _resources(url: Url) -> set[str]:
    """The words of a path below its base."""
    texts = [each.text for each in url.segments if not each.variable]
    begins = max((at + 1 for at, each in enumerate(texts) if PREFIX.fullmatch(each)), default=0)
    return {words.singular(each) for each in texts[begins:]}
