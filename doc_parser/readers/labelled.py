"""Requests in labelled parts: `Endpoint: /pets` and `Method: POST`, in lines, bullets or the cells of a table; each pair gives a Form.

The parts may stand in either order, in one line or in several; code between them parts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from doc_parser.document import Annotation, Block, Code, List, Prose, Section
from doc_parser.readers.forms import ADDRESS, METHOD, Form
from doc_parser.source import Span
from doc_parser.url import url

_METHOD = re.compile(rf"\b(?:method|verb|metodo|método|méthode|methode)\b[\W_]{{1,6}}({METHOD})\b", re.IGNORECASE)
_ADDRESS = re.compile(rf"\b(?:end-?point|url|uri|path|route|ruta|rota)\b[*_]*\s*[:|=][\s`*_]*{ADDRESS}", re.IGNORECASE)


_OF_METHODS = re.compile(r"[MmVv](?:[eEéÉ][tT]|[eE][rR][bB])")
"""Most sections have no part for the method, and need no search for pairs."""
_CODE = re.compile(r"['\"]")
"""Code of a template that nobody filled in (`/['table_name']`)."""


def labelled(section: Section) -> Iterator[tuple[Form, Span]]:
    """Find the pairs of a section."""
    if not _OF_METHODS.search("\n".join(text for block in section.blocks for text in _texts(block))):
        return
    method, address = "", None
    for block in section.blocks:
        if isinstance(block, Code):
            method, address = "", None
        for text, span in _lines(block):
            if found := _METHOD.search(text):
                method = found[1].upper()
            if found := _ADDRESS.search(text):
                address = None if _CODE.search(found[1]) else url(found[1].rstrip("`*.,;"))
            if method and address and address.segments:
                yield Form((method,), address), span
                method, address = "", None


def _texts(block: Block) -> Iterable[str]:
    """All that `_lines` gives, and more, without the places."""
    if isinstance(block, Prose | Annotation):
        return (block.text.plain,)
    if isinstance(block, List):
        return [item.text.plain for item in block.items]
    if isinstance(block, Code):
        return ()
    return (*block.titles, *(cell.plain for row in block.rows if len(row.cells) == _PAIR for cell in row.cells))


def _lines(block: Block) -> Iterator[tuple[str, Span]]:
    """The texts of a block; the cells of a row stand as a label and what it is for."""
    if isinstance(block, Prose | Annotation):
        yield block.text.plain, block.span
    elif isinstance(block, List):
        yield from ((item.text.plain, item.span) for item in block.items)
    elif not isinstance(block, Code):
        if len(block.titles) == _PAIR:
            yield " : ".join(block.titles), block.span
        for row in block.rows:
            if len(row.cells) == _PAIR:
                yield f"{row.cells[0].plain} : {row.cells[1].plain}", row.span


_PAIR = 2
