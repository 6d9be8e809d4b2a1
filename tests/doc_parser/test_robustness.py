"""Whatever comes in, a valid contract or one clear error goes out, in a time that grows as the text does."""

from __future__ import annotations

import gc
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV30SpecValidator

from doc_parser import parse
from doc_parser.formats.markdown import marked_up, plain_text
from doc_parser.source import Loaded, SourceError, source_of
from tests.conftest import SHARED
from tests.doc_parser.hostile import KINDS, OPERATION, document

LONG = int(os.environ.get("FUZZ_EXAMPLES", "2000"))
"""Documents that the long tests make, each."""


def read(data: str | bytes) -> dict[str, Any] | None:
    """The contract of a text, or None where it was refused; any other exception is the test's failure."""

    def beside(relative: str) -> bytes:
        raise SourceError(f"{relative}: not there")

    raw = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    try:
        return parse(Loaded(source_of(raw, "index.html.md"), beside)).openapi
    except SourceError:
        return None


@pytest.fixture
def impatient(request: pytest.FixtureRequest) -> Iterator[None]:
    """End a test that hangs; what grows with the cube of the text would take days to say so."""

    def give_up(_signal: int, _frame: object) -> None:
        raise TimeoutError("still reading")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(120 if request.node.get_closest_marker("long") else 5)
    yield
    signal.alarm(0)


def stands(data: str | bytes) -> None:
    contract = read(data)
    assert contract is None or list(OpenAPIV30SpecValidator(contract).iter_errors()) == []


# --- random documents -------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "# Pets\n",
        "##List\n",
        "### HTTP Request\n",
        "### Query Parameters\n",
        "`GET /pets/{id}`\n",
        "`POST https://api.example.com/pets?a=1`\n",
        "PUT /pets/:id/<name>/$x\n",
        "```json\n",
        '{"id": 1, "tags": [',
        "]}\n```\n",
        "{'a': b, ...}",
        "```shell\ncurl -X PATCH ",
        "https://api.example.com/pets/12 -d '",
        "-H \"A: b' \\\n",
        "'\n```\n",
        "```http\nHTTP/1.1 404 Not Found\nLocation: '/pets/1'\n\n",
        "> Answer (other):\n\n",
        "Name | Type | Required | Default\n",
        "--- | ---\n",
        "a.b[c][] | array of int | yes | 3\n",
        "404 | {message: 'no'} | gone\n",
        "<table><tr><th>Name</th><td>x",
        "<aside class='notice'>\n",
        "</aside>\n",
        "<!-- ",
        " -->\n",
        "<pre><code>GET /a\n",
        '- `name` (required): one of "a", "b"\n',
        "---\n",
        "includes:\n  - errors\n",
        "title: [\n",
        "| ",
        "\n\n",
        "    ",
        "\t",
        "\\",
        "{",
        "}",
        "$",
        "%7B",
        "é—😀\u200b\u2028",
        "a: !!int x\n",
        "Base URL: https://{shop}.example.com/v1\n",
        "# Authentication\nUse X-Api-Key or Bearer.\n",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, PIECES, PIECES, st.text(max_size=12)), max_size=40).map("".join)
BRIEF = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
THOROUGH = settings(BRIEF, max_examples=LONG)


def some_text(text: str) -> None:
    stands(text)
    stands(OPERATION + text)


def some_bytes(data: bytes) -> None:
    stands(data)
    stands(OPERATION.encode() + data)


MARKS = [
    "*",
    "**",
    "_",
    "`",
    "[",
    "](",
    "#x",
    "(http://h/a#b",
    ")",
    "!",
    "~",
    "&",
    "<b>",
    "a",
    "b c",
    "x_y",
    " ",
    ".",
    ":",
    "é",
    "\n",
]


@BRIEF
@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join))
def test_simple_markup_is_read_as_the_inline_parser_reads_it(line: str) -> None:
    assert plain_text(line.strip()) == marked_up(line.strip())


test_any_pieces_of_markdown_give_a_valid_contract_or_a_clear_error = BRIEF(given(TEXTS)(some_text))
test_any_bytes_give_a_valid_contract_or_a_clear_error = BRIEF(given(st.binary(max_size=400))(some_bytes))
test_many_pieces_of_markdown_give_a_valid_contract_or_a_clear_error = pytest.mark.long(
    THOROUGH(given(TEXTS)(some_text))
)
test_many_bytes_give_a_valid_contract_or_a_clear_error = pytest.mark.long(
    THOROUGH(given(st.binary(max_size=4000))(some_bytes))
)


# --- damaged documents ------------------------------------------------------------------------------


def files() -> list[Path]:
    roots = [Path(__file__).parents[2] / "specs", *([SHARED / "corpus", SHARED / "seeds"] if SHARED.is_dir() else [])]
    return sorted(file for root in roots for file in root.rglob("*.md") if "README" not in file.name)


def damaged(chance: random.Random, text: str) -> str:
    """A piece of a real document, cut, doubled, shuffled or strewn with marks that open something."""
    lines = text.split("\n")
    start = chance.randrange(len(lines))
    lines = lines[start : start + chance.randrange(20, 120)]
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(lines)) if lines else 0
        line = lines[at] if lines else ""
        cut = chance.randrange(len(line) + 1)
        mark = chance.choice(
            ["```", "`", "<!--", "<div>", "</", "'", '"', "{", "}", "[", "|", ">", "#", "\\", "- ", "\t", "\u2028"]
        )
        lines[at : at + 1] = chance.choice(
            [[], [line, line], [line[:cut]], [line[:cut], line[cut:]], [line[:cut] + mark + line[cut:]], [mark]]
        )
    if chance.random() < 0.2:
        chance.shuffle(lines)
    return "\n".join(lines)


def damage(seed: int, documents: int) -> None:
    chance = random.Random(seed)
    sources = files()
    for _ in range(documents):
        text = damaged(chance, chance.choice(sources).read_text(encoding="utf-8", errors="replace"))
        stands(OPERATION + text)


def test_damaged_documents_give_valid_contracts():
    damage(7, 40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_many_damaged_documents_give_valid_contracts(seed):
    damage(1000 + seed, LONG // 20)


# --- hostile documents ------------------------------------------------------------------------------


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_document_gives_a_valid_contract(kind):
    stands(document(kind, 1500))


LINES = ("one word", "JSON sent: a string left open", "JSON answer: digits", "curl: a quote left open")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", LINES)
def test_a_line_of_a_megabyte_is_read(kind):
    assert read(document(kind, 1 << 20))


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run, without that of the garbage collector."""
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


ENOUGH = 0.01
"""Seconds below which time is mostly noise."""
BOUND = 6.0
"""What four times the text may cost; a square would cost sixteen."""


def growth(kind: str, size: int) -> float:
    """How many times as long a text four times as large takes; the best of three where the first look is bad."""
    small, large = document(kind, size), document(kind, 4 * size)
    before, after = seconds(lambda: read(small)), seconds(lambda: read(large))
    for _ in range(2):
        if after > BOUND * max(before, ENOUGH):
            before, after = min(before, seconds(lambda: read(small))), min(after, seconds(lambda: read(large)))
    return after / max(before, ENOUGH)


@pytest.mark.long  # on the clock, so not among the tests that everybody runs
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", KINDS)
def test_time_grows_as_the_text_does(kind):
    assert growth(kind, 4 << 10) <= BOUND


@pytest.mark.long
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [64 << 10, 128 << 10])
def test_time_grows_as_a_large_text_does(kind, size):
    assert growth(kind, size) <= BOUND
