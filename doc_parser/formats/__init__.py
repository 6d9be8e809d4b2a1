"""Text -> Document: a loaded index comes in, the Document with all its includes goes out.

One file or folder a format, told apart by the text itself. Every include is read by itself and keeps
its own name and line numbers, as Slate renders every include by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from doc_parser.diagnostics import Diagnostic
from doc_parser.document import Code, Document, Section
from doc_parser.formats import html, markdown, text
from doc_parser.source import Loaded, Source, SourceError, Span, source_of
from doc_parser.structs import replace

_NUMBERED = re.compile(r"(?:\d+[.)]|\d+(?:\.\d+)+[.)]?)\s+(?=[^\W\d])")
"""A chapter's number before its title (`2.1 Query Parameters`, `3. Users`)."""


def document(loaded: Loaded) -> tuple[Document, list[Diagnostic]]:
    """Read an index and the includes that its front matter lists.

    Raises SourceError for an empty document. An include that is not there is a Diagnostic: the other chapters can be read.
    """
    index = loaded.index
    if not index.text.strip():
        raise SourceError(f"{index.name}: the document is empty; give a Slate index")
    meta, found, diagnostics = _read(index)
    sections = list(found)
    sources = [index]
    for name, span in _includes(index, meta):
        try:
            include = source_of(*_include(loaded, name))
        except SourceError:
            diagnostics.append(Diagnostic("missing-include", f"include '{name}' is not there", span))
            continue
        sources.append(include)
        _, found, flaws = _read(include)
        sections += found
        diagnostics += flaws
    for source in sources:
        diagnostics += _damages(source)
    diagnostics += _flaws(sections)
    return Document(meta, tuple(map(_unnumbered, sections)), tuple(sources), Span(index, 1)), diagnostics


def sniff(content: str) -> Literal["markdown", "html", "text"]:
    """Tell the format of a text by what stands in it; names of files say nothing."""
    if html.is_page(content):
        return "html"
    return "text" if text.is_dump(content) else "markdown"


def _read(source: Source) -> tuple[Mapping[str, Any], tuple[Section, ...], list[Diagnostic]]:
    """Front matter and sections of one file; a page has at most a title, a dump nothing of the kind."""
    match sniff(source.text):
        case "html":
            return *html.sections(source), []
        case "text":
            return {}, text.sections(source), []
        case "markdown":
            return markdown.sections(source)


def _unnumbered(section: Section) -> Section:
    number = _NUMBERED.match(section.title) if section.title[:1].isdigit() else None
    return replace(section, title=section.title[number.end() :]) if number else section


def _includes(index: Source, meta: Mapping[str, Any]) -> Iterator[tuple[str, Span]]:
    listed = meta.get("includes") or []
    if not isinstance(listed, list):
        raise SourceError(
            f"{index.name}:{_line_of(index, 'includes')}: 'includes' is not a list; write one '- name' a line"
        )
    lines = {line.strip().removeprefix("-").strip("\"' "): number for number, line in enumerate(index.lines, 1)}
    for each in listed:
        if isinstance(each, str | int | float):  # anything else names no file
            yield str(each), index.span(lines.get(str(each), 1), str(each))


def _line_of(index: Source, word: str) -> int:
    return next((number for number, line in enumerate(index.lines, 1) if word in line), 1)


def _include(loaded: Loaded, name: str) -> tuple[bytes, str]:
    """Slate renders `includes/_name.md`; the folder part of a name stays in front of the underscore."""
    folder, _, stem = name.removesuffix(".md").rpartition("/")
    where = f"includes/{folder}/" if folder else "includes/"
    for file in (f"_{stem}.md", f"{stem}.md", f"_{stem}.md.erb", f"_{stem}.markdown"):
        try:
            return loaded.read(where + file), where + file
        except SourceError as error:
            missing = error
    raise missing


def _damages(source: Source) -> Iterator[Diagnostic]:
    for line, damaged, true in source.mended:
        yield Diagnostic("damaged-characters", f"'{damaged}' stands for '{true}'", source.span(line, true))


def _flaws(sections: list[Section]) -> Iterator[Diagnostic]:
    for section in sections:
        if section.loose:
            yield Diagnostic("loose-heading", f"heading '{section.title}' has no blank after its marks", section.span)
        for block in section.blocks:
            if isinstance(block, Code) and not block.closed:
                opening = block.span.source.span(block.span.line - 1)
                yield Diagnostic("unclosed-fence", "this fence is never closed", opening)
