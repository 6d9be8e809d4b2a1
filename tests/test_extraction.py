"""What is read from real documents, scored against the labels of a careful reader."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from doc_parser import load, parse

MARKDOWN_SEEDS = ("000_3ccf6a0095da528c.txt", "002_63d0e9f8cacffa53.txt", "004_c74f3ac3c4f64b94.txt")
FIGURES = {
    "operations": ("precision", "recall"),
    "query": ("precision", "recall"),
    "path_params": ("precision", "recall"),
    "body": ("recall",),
    "statuses": ("recall",),
    "request_example": ("recall",),
    "response_example": ("recall",),
}


BUILD = f"{sys.executable} -m slatemock build {{source}} --output -"


def scored(shared: Path, labels: Path, report: Path) -> dict:
    """The scorer's report."""
    command = [
        sys.executable,
        str(shared / "tools" / "score_extraction.py"),
        str(labels),
        "--cmd",
        BUILD,
        "--json",
        str(report),
    ]
    subprocess.run(command, capture_output=True, check=True)
    return json.loads(report.read_text())


@pytest.fixture(scope="module")
def score(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The scorer's summary over the seeds: three in Markdown, two as the text of a rendered page."""
    return scored(shared, shared / "seeds" / "labels.json", tmp_path_factory.mktemp("seeds") / "score.json")["summary"]


@pytest.fixture(scope="module")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The scorer's report over public documents of all kinds."""
    return scored(shared, shared / "corpus", tmp_path_factory.mktemp("corpus") / "score.json")


def test_all_labelled_documents_are_read(score):
    assert (score["documents"], score["failed"], score["macro_f1"]) == (5, [], 1.0)


@pytest.mark.parametrize(
    ("kind", "figure"), [(kind, figure) for kind, figures in FIGURES.items() for figure in figures]
)
def test_every_figure_of_the_labels_is_reached(score, kind, figure):
    assert score[kind][figure] == 1.0


@pytest.mark.parametrize(
    ("kind", "figure", "least"),
    [
        ("operations", "precision", 0.98),
        ("operations", "recall", 0.98),
        ("query", "precision", 0.97),
        ("query", "recall", 0.97),
        ("path_params", "precision", 0.99),
        ("path_params", "recall", 0.99),
        ("body", "recall", 0.95),
        ("statuses", "recall", 0.98),
        ("request_example", "recall", 0.97),
        ("response_example", "recall", 0.97),
    ],
)
def test_a_figure_of_the_corpus_is_reached(corpus, kind, figure, least):
    assert corpus["summary"][kind][figure] >= least


def test_no_document_of_the_corpus_fails_or_is_read_badly(corpus):
    assert corpus["summary"]["failed"] == []
    firm = {
        name: each["f1"] for name, each in corpus["documents"].items() if each["labelled"]
    }  # without labels there is no F1
    assert {name: f1 for name, f1 in firm.items() if f1 < 0.85} == {}
    assert sum(firm.values()) / len(firm) >= 0.98


def test_51_operations_are_found(shared):
    found = [len(parse(load(str(shared / "seeds" / name))).api.operations) for name in MARKDOWN_SEEDS]
    assert found == [6, 18, 27]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("000_3ccf6a0095da528c.txt", {"damaged-characters", "fields-under-wrong-heading", "host-conflict", "missing-include"}),
        ("002_63d0e9f8cacffa53.txt", {"broken-json", "loose-heading", "missing-include", "parameter-name-conflict", "path-conflict", "undocumented-field"}),
        (
            "004_c74f3ac3c4f64b94.txt",
            {
                "broken-json", "concrete-id-in-path", "duplicate-response", "field-name-conflict", "loose-heading", "missing-blank-line",
                "missing-include", "parameter-name-conflict", "path-conflict", "quoted-header-value", "response-conflict", "wrong-reason-phrase",
            },
        ),
    ],
)  # fmt: skip
def test_each_contradiction_of_a_seed_is_reported(shared, name, expected):
    assert {each.id for each in parse(load(str(shared / "seeds" / name))).diagnostics} == expected
