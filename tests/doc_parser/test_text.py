"""Text dumps of rendered pages: cases, laws, and the same operations as the Markdown of the same page."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_parser import SourceError, load, parse
from doc_parser.document import Document
from doc_parser.formats import document, sniff, text
from doc_parser.source import Loaded, Source, source_of
from tests.case_files import cases
from tests.doc_parser.dumps import folded, spaced
from tests.doc_parser.outline import blocks_of, loaded

CASES = Path(__file__).parent / "cases_text"
SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*/source"))
SAME = 0.95
"""The share of operations that must come out of the text as they come out of the Markdown; the aim is 0.85."""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_a_dump_is_read_as_its_case_says(case, agrees):
    agrees(case, blocks_of(text.sections(Source("page.txt", case.text("text")))))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("Trees\n\nGET /trees\n\nAll of them.\n", "text"),
        ("Trees\n\n# count them\n\ncurl https://api.example.com/trees\n\nHTTP/1.1 200 OK\n", "text"),
        ("# Trees\n\nGET /trees\n", "markdown"),
        ("Trees\n\n```\nGET /trees\n```\n", "markdown"),
        ("---\ntitle: Trees\n---\n\nGET /trees\n", "markdown"),
        ("Trees\n\n`GET /trees`\n\nGET /trees\n", "markdown"),
        ("A page about trees.\n", "markdown"),
    ],
)
def test_the_text_tells_the_format(content, kind):
    assert sniff(content) == kind


def test_every_real_markdown_file_is_told_from_a_dump(shared):
    files = [*shared.glob("corpus/*/source/**/*.md"), *shared.glob("seeds/*.txt")]
    dumps = [each.name[:3] for each in files if sniff(source_of(each.read_bytes(), each.name).text) == "text"]
    assert (len(files) > 300, sorted(dumps)) == (True, ["001", "003"])


PIECES = [
    "GET /trees", "curl https://a.example/b \\", " -d '{", "'", "{", "}", "[", "HTTP/1.1 200 OK", "A-B: c", "HTTP Request", "Returns", "Name", "Description",
    "Name Required Description", "a yes b", "a | b |", "---|---|", "\t", "  ", "Example Request:", "Some title", "  * item", "import x", ";", "PUT", "\n", "\n", "\n\n",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60))
def test_any_text_is_read_in_the_order_of_its_lines(pieces):
    source = source_of("".join(pieces).replace("\0", "").encode(errors="replace"), "page.txt")
    places = [
        place.line
        for section in text.sections(source)
        for place in (section.span, *(each.span for each in section.blocks))
    ]
    assert places == sorted(places)
    assert all(1 <= each <= len(source.lines) for each in places)


@pytest.mark.parametrize(
    "repeated",
    [
        "{\n", "{", "[[ ", "curl https://a -d '{\n", "curl https://a \\\n", "Title\n\n", "HTTP Request\n\n", "a | b |\n---|---|\nx |\n", "Name\nDescription\n", "Name\n\nb\n\n",
        "Name\tType\n", "GET /a\n", "GET /a or ", "PUT\n", "\n", " ", "HTTP/1.1 200 OK A-B: c ", "A-B: c ", "- a\n", "a = b(c\n", "foo(bar);\n\n", "some words\n", "](", "`", "'\n", "(",
    ],
)  # fmt: skip
def test_time_grows_with_the_length(repeated):
    few, many = (_seconds(repeated * times) for times in (1_000, 8_000))
    assert many < 8 * 4 * few + 0.3, f"{few:.3f} s, then {many:.3f} s for 8 times the text"


def _seconds(content: str) -> float:
    start = time.process_time()
    sniff(content)
    text.sections(Source("page.txt", content))
    return time.process_time() - start


def _operations(source: Loaded) -> set[tuple[str, str]]:
    """Method and whole path of every operation, without the names of placeholders."""
    try:
        spec = parse(source).openapi
    except SourceError:
        return set()
    base = urlsplit(spec["servers"][0]["url"]).path.rstrip("/") if spec.get("servers") else ""
    return {
        (method, re.sub(r"\{[^}]*\}", "{}", base + path).rstrip("/"))
        for path, item in spec["paths"].items()
        for method in item
    }


@pytest.mark.parametrize("dump", [spaced, folded])
@pytest.mark.parametrize("source", SPECS, ids=[each.parent.name for each in SPECS])
def test_the_text_of_our_own_documents_gives_their_operations(source, dump):
    whole = load(str(source))
    assert _operations(loaded(dump(document(whole)[0]), "page.txt")) == _operations(whole)


@pytest.fixture(scope="module")
def written(shared) -> list[tuple[Document, set[tuple[str, str]]]]:
    """The real documents, each with the operations of its Markdown."""
    labels = sorted(shared.glob("corpus/*/labels.json"))
    wholes = [load(str(each.parent / json.loads(each.read_text())["source"])) for each in labels]
    return [(document(whole)[0], _operations(whole)) for whole in wholes]


@pytest.mark.parametrize("dump", [spaced, folded])
def test_the_text_of_real_documents_gives_the_operations_of_their_markdown(written, dump):
    pairs = [(wanted, _operations(loaded(dump(read), "page.txt"))) for read, wanted in written]
    wanted, same = sum(len(one) for one, _ in pairs), sum(len(one & other) for one, other in pairs)
    surplus = sum(len(other - one) for one, other in pairs)
    assert wanted > 800
    assert same >= SAME * wanted, f"{same} of {wanted} operations are the same"
    assert surplus <= (1 - SAME) * wanted, f"{surplus} operations are surplus to {wanted}"


@pytest.mark.parametrize("name", ["001", "003"])
def test_the_real_dumps_give_the_operations_and_the_query_that_are_labelled(shared, name):
    labels = json.loads((shared / "seeds/labels.json").read_text())
    file = next(each for each in labels if each.startswith(name))
    spec = parse(load(str(shared / "seeds" / file))).openapi
    found = {
        (method.upper(), re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")): operation
        for path, item in spec["paths"].items()
        for method, operation in item.items()
    }
    wanted = {
        (each["method"], re.sub(r"\{[^}]*\}", "{}", each["path"]).rstrip("/")): set(each["query"])
        for each in labels[file]["endpoints"]
        if not each.get("ambiguous")
    }
    both = wanted.keys() & found.keys()
    assert len(both) >= SAME * len(wanted)
    assert {key: _query(found[key]) for key in both} == {key: wanted[key] for key in both}


def _query(operation: dict) -> set[str]:
    return {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
