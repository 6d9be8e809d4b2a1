"""Text dumps of Documents, made in the two ways that people's tools make them of rendered pages."""

from __future__ import annotations

from collections.abc import Iterator

from doc_parser.document import Annotation, Block, Code, Document, List, Prose, Table


def spaced(read: Document) -> str:
    """A blank line between blocks; samples of several languages run together; cells stand one blank apart."""
    lines: list[str] = []
    after_code = False
    for block in _blocks(read):
        is_code = isinstance(block, Code)
        if not (after_code and is_code):
            lines.append("")
        after_code = is_code
        lines += _spaced(block)
    return "\n".join(lines)


def _spaced(block: Block | str) -> Iterator[str]:
    match block:
        case Code():
            yield from block.content.rstrip("\n").split("\n")
        case Table():
            yield " ".join(block.titles)
            yield from (" ".join(cell.plain for cell in row.cells if cell.plain) for row in block.rows)
        case List():
            yield from (f"  * {item.text.plain}" for item in block.items)
        case _:
            yield _plain(block)


def folded(read: Document) -> str:
    """No blank line anywhere, every block on one line, pipes between cells; runs of blanks are one blank."""
    return "\n".join(" ".join(line.split()) for block in _blocks(read) for line in _folded(block) if line.strip())


def _folded(block: Block | str) -> Iterator[str]:
    match block:
        case Code():
            yield block.content
        case Table():
            yield _between_pipes(block.titles)
            yield "---|" * len(block.titles)
            yield from (_between_pipes(cell.plain for cell in row.cells) for row in block.rows)
        case List():
            yield " ".join(f"- {item.text.plain}" for item in block.items)
        case _:
            yield _plain(block)


def _between_pipes(cells: Iterator[str] | tuple[str, ...]) -> str:
    return "".join(f"{cell.replace('|', '/')} | " for cell in cells)


def _plain(block: Block | str) -> str:
    return block.text.plain if isinstance(block, Prose | Annotation) else str(block)


def _blocks(read: Document) -> Iterator[Block | str]:
    """Titles as text, and blocks."""
    for section in read.sections:
        if section.title:
            yield section.title
        yield from section.blocks
