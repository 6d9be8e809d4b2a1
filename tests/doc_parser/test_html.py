"""Rendered pages: cases, laws, and the same operations as the Markdown that was rendered."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_parser import SourceError, load, parse
from doc_parser.document import Prose
from doc_parser.formats import document, html, sniff
from doc_parser.source import Loaded, Source
from tests.case_files import cases
from tests.doc_parser.outline import blocks, loaded
from tests.doc_parser.pages import installed_shins, page, rendered_by_shins

CASES = Path(__file__).parent / "cases_html"
SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*/source"))
SAME = 0.95
"""The share of operations that must come out of the HTML as they come out of the Markdown."""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_html_is_read_as_its_case_says(case, agrees):
    agrees(case, blocks(case.blocks[0].text))


def test_the_text_tells_the_format():
    page, fragment = "<!-- saved -->\n<!DOCTYPE html>\n<html>", "<h1>Title</h1>\n\n```json\n{}\n```\n"
    assert [sniff(page), sniff(fragment), sniff("---\ntitle: A\n---\n<html>")] == ["html", "markdown", "markdown"]


def test_a_page_gives_its_title_as_front_matter_would():
    read, _ = document(loaded("<!doctype html><title>Shelf &amp; Co</title><h1>Books</h1>"))
    assert (read.meta, [each.title for each in read.sections]) == ({"title": "Shelf & Co"}, ["Books"])


def test_a_paragraph_in_bold_is_strong():
    read, _ = document(loaded("<body><p><strong>Label</strong>:</p><p>Not <b>this</b></p>"))
    assert [each.text.strong for section in read.sections for each in section.blocks if isinstance(each, Prose)] == [
        True,
        False,
    ]


PIECES = [
    "<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "</ul>", "<dl>", "<dt>", "<dd>", "</dl>", "<table>", "<tr>", "<td>", "<th rowspan=3>",
    "</td>", "</table>", "<h2>", "</h2>", "<h6 id='a'>", "<pre>", "<code>", "</code>", "</pre>", "<aside>", "</aside>", "<blockquote>",
    "</blockquote>", "<b>", "</b>", "<br>", "<!--", "-->", "<script>", "</script>", "<nav>", "</nav>", "GET", " /path ", "text", "&lt;", "&#10;", "<ID>", "\n", "<", ">", '"',
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60))
def test_any_html_is_read_and_every_place_lies_within_it(pieces):
    source = Source("page.html", "<body>" + "".join(pieces))
    for section in html.sections(source)[1]:
        places = [section.span, *(each.span for each in section.blocks)]
        assert all(1 <= place.line <= len(source.lines) for place in places)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="`"), min_size=1, max_size=50))
def test_text_that_is_escaped_comes_back(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    plain = " ".join(text.split())
    found = html.sections(Source("page.html", f"<body><p>{escaped}</p>"))[1][0].blocks
    assert [each.text.plain for each in found] == ([plain] if plain else [])


@pytest.mark.long
@pytest.mark.parametrize("opened", ["", "<table><tr><td>", "<dl><dt>", "<ul>", "<h1>", "<pre>", "<aside>"])
@pytest.mark.parametrize(
    "repeated",
    ["<", "<!--", "</", "<a ", '<a x="', "<script>", "&", "<div>", "<ul><li>", "<dd>x", "<table><tr><td>", "<blockquote>", "<h1>x", "<pre>", "<code>x", "`"],
)  # fmt: skip
def test_time_grows_with_the_length(opened, repeated):
    few, many = (_seconds(f"<body>{opened}{repeated * times}") for times in (1_000, 8_000))
    assert many < 8 * 4 * few + 0.3, f"{few:.3f} s, then {many:.3f} s for 8 times the text"


def _seconds(text: str) -> float:
    start = time.process_time()
    html.sections(Source("page.html", text))
    return time.process_time() - start


def test_no_depth_of_nesting_matters():
    depth = 50_000
    text = "<body>" + "<div><ul><li><blockquote><table><tr><td>" * depth + "<h1>GET /end</h1>"
    assert [each.title for each in html.sections(Source("page.html", text))[1]][-1] == "GET /end"


def _operations(source: Loaded | str) -> set[tuple[str, str]]:
    """Method and whole path of every operation, without the names of placeholders."""
    try:
        spec = parse(load(source) if isinstance(source, str) else source).openapi
    except SourceError:
        return set()
    base = urlsplit(spec["servers"][0]["url"]).path.rstrip("/") if spec.get("servers") else ""
    return {
        (method, re.sub(r"\{[^}]*\}", "{}", base + path)) for path, item in spec["paths"].items() for method in item
    }


def _share(pairs: list[tuple[set, set]]) -> tuple[float, str]:
    same, all_ = sum(len(one & other) for one, other in pairs), sum(len(one) for one, _ in pairs)
    surplus = sum(len(other - one) for one, other in pairs)
    assert all_
    return same / all_, f"{same} of {all_} operations are the same, {surplus} are surplus"


@pytest.mark.parametrize("source", SPECS, ids=[each.parent.name for each in SPECS])
def test_our_own_documents_in_the_layout_of_slate_give_the_same_operations(source, tmp_path):
    read, _ = document(load(str(source)))
    (tmp_path / "page.html").write_text(page([each.text for each in read.sources], "Title"), encoding="utf-8")
    assert _operations(str(tmp_path / "page.html")) == _operations(str(source))


@pytest.fixture(scope="module")
def shins(request, tmp_path_factory) -> Path:
    cached = request.config.pluginmanager.hasplugin("cacheprovider")
    folder = Path(request.config.cache.mkdir("shins")) if cached else tmp_path_factory.mktemp("shins")
    found = installed_shins(folder)
    return pytest.skip(found) if isinstance(found, str) else found


@pytest.fixture
def compared(shared, shins, tmp_path) -> Callable[[slice], list[tuple[set, set]]]:
    """Operations of Markdown and of the page that shins makes of it, for some of the real documents."""

    def compare(chosen: slice) -> list[tuple[set, set]]:
        labels = sorted(shared.glob("corpus/*/labels.json"))[chosen]
        indexes = [each.parent / json.loads(each.read_text())["source"] for each in labels]
        metas = [dict(document(load(str(each)))[0].meta) for each in indexes]
        pages = rendered_by_shins(shins, list(zip(indexes, metas, strict=True)), tmp_path)
        return [
            (_operations(str(index)), _operations(str(made)))
            for index, made in zip(indexes, pages, strict=True)
            if made.exists()
        ]

    return compare


def test_some_real_pages_give_the_operations_of_their_markdown(compared):
    pairs = compared(slice(1, None, 4))
    share, sentence = _share(pairs)
    assert (len(pairs), share >= SAME) == (8, True), sentence


@pytest.mark.long
def test_all_real_pages_give_the_operations_of_their_markdown(compared):
    pairs = compared(slice(None))
    share, sentence = _share(pairs)
    assert len(pairs) >= 28
    assert share >= SAME, sentence
    assert sum(len(made - written) for written, made in pairs) <= 0.05 * sum(len(written) for written, _ in pairs), (
        sentence
    )


@pytest.mark.long
def test_all_real_documents_in_the_layout_of_slate_give_the_same_operations(shared, tmp_path):
    pairs = []
    for labels in sorted(shared.glob("corpus/*/labels.json")):
        index = labels.parent / json.loads(labels.read_text())["source"]
        read, _ = document(load(str(index)))
        (tmp_path / "page.html").write_text(page([each.text for each in read.sources], "Title"), encoding="utf-8")
        pairs.append((_operations(str(index)), _operations(str(tmp_path / "page.html"))))
    share, sentence = _share(pairs)
    assert share >= SAME, sentence
