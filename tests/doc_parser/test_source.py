"""Where text comes from, and what is said when it does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from doc_parser import parse
from doc_parser.formats.markdown import sections
from doc_parser.source import SourceError, load, source_of

PETS = "# Pets\n`GET https://api.example.com/pets`\n"


@pytest.fixture
def project(tmp_path):
    """A Slate project with one include."""
    (tmp_path / "source" / "includes").mkdir(parents=True)
    index = tmp_path / "source" / "index.html.md"
    index.write_text("---\ntitle: T\nincludes:\n  - plans\n---\n" + PETS)
    (tmp_path / "source" / "includes" / "_plans.md").write_text("# Plans\n\n`GET /plans`\n")
    return index


@pytest.mark.parametrize("where", ["", "source", "source/index.html.md"])
def test_a_project_is_found_by_folder_or_file(project, where):
    found = parse(load(str(project.parent.parent / where)))
    assert [each.key for each in found.api.operations] == ["GET /pets", "GET /plans"]


def test_includes_keep_their_own_names_and_lines(project):
    marks = [node["get"]["x-doc-source"] for node in parse(load(str(project))).openapi["paths"].values()]
    assert marks == ["index.html.md:7", "includes/_plans.md:3"]


def test_an_old_edition_is_read_from_git(project, monkeypatch):
    monkeypatch.chdir(project.parent.parent)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True)
    project.write_text(PETS.replace("pets", "cats"))
    found = parse(load("HEAD:source/index.html.md"))
    assert [each.key for each in found.api.operations] == ["GET /pets", "GET /plans"]


def refusal(where: str | Path) -> str:
    with pytest.raises(SourceError) as caught:
        parse(load(str(where)))
    return str(caught.value)


def test_a_missing_file_is_named():
    assert refusal("nowhere.md") == "nowhere.md: No such file or directory; check the name and the rights"


def test_a_folder_without_an_index_says_what_was_looked_for(tmp_path):
    assert "looked for index.html.md, source/index.html.md" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "index.html.md: the document is empty; give a Slate index"),
        (" \n\t\n", "index.html.md: the document is empty; give a Slate index"),
        ("# Pets\nNothing here.\n", "index.html.md: no endpoint found; looked for request lines"),
        ("---\nincludes: errors\n---\n" + PETS, "index.html.md:2: 'includes' is not a list"),
        ("GET\0\0", "index.html.md: not a text file"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_with_place_and_remedy(tmp_path, text, said):
    (tmp_path / "index.html.md").write_text(text)
    assert refusal(tmp_path / "index.html.md").startswith(said)


def test_a_revision_that_is_not_there_is_named(project, monkeypatch):
    monkeypatch.chdir(project.parent)
    assert refusal("nowhere:index.html.md").startswith("nowhere:index.html.md: no such file, and git says")


@pytest.mark.parametrize("name", ["errors", "../../secret"])
def test_a_chapter_that_is_not_there_is_a_finding(tmp_path, name):
    (tmp_path / "secret").write_text("# Secret\n\n`GET /secret`\n")
    (tmp_path / "docs" / "source").mkdir(parents=True)
    index = tmp_path / "docs" / "source" / "index.html.md"
    index.write_text(f"---\nincludes:\n  - {name}\n---\n" + PETS)
    read = parse(load(str(index)))
    assert [(each.id, each.message, each.span.line) for each in read.diagnostics] == [
        ("missing-include", f"include '{name}' is not there", 3)
    ]
    assert [*read.openapi["paths"]] == ["/pets"]


@pytest.mark.parametrize(
    ("front_matter", "kept"),
    [
        ("title: [a\nsearch: true", {"title": "[a", "search": True}),
        ("[comment]: <> (a:)\n[comment]: <> (  - b)\ntitle: Lamps: all", {"title": "Lamps: all"}),
        ("tabs:\n<<<<<<< HEAD\n  - http\n=======\n  - shell\n>>>>>>>\nsearch: true", {"tabs": ["http", "shell"], "search": True}),
        ("a: b: c\nincludes:\n- one\n- {two\nincludes:\n- three", {"a": "b: c", "includes": ["one", "{two", "three"]}),
        ("born: 2020-02-30", {"born": "2020-02-30"}),
        ("- a", {}),
    ],
)  # fmt: skip
def test_broken_front_matter_is_read_line_by_line_and_reported(front_matter, kept):
    source = source_of(f"---\n{front_matter}\n---\n{PETS}".encode(), "a.md")
    meta, _, flaws = sections(source)
    assert (meta, [each.id for each in flaws]) == (kept, ["broken-front-matter"])


def test_an_include_cannot_leave_the_folder(project):
    (project.parent.parent / "secret.md").write_text("`GET /secret`\n")
    with pytest.raises(SourceError, match="leaves the documents' folder"):
        load(str(project)).read("includes/../../secret.md")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("\ufeffa – b\r\nc\rd".encode(), "a – b\nc\nd"),
        ("a – b".encode("utf-16"), "a – b"),
        ("a – é".encode("cp1252"), "a – é"),
        ("a â€” b, Ã©".encode(), "a — b, é"),
    ],
)
def test_encodings_are_mended(data, text):
    assert source_of(data, "a.md").text == text


def test_mended_characters_are_reported():
    found = parse(load_text(PETS + "\nRemember â€” this.\n"))
    assert [(each.id, each.span.line, each.message) for each in found.diagnostics] == [
        ("damaged-characters", 4, "'â€”' stands for '—'")
    ]


def load_text(text: str):
    from tests.doc_parser.outline import loaded

    return loaded(text)
