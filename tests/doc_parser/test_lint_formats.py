"""The formats of lint: valid where a standard says so, and every file named by a path that opens from the working directory."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft4Validator

from doc_parser import load, parse
from doc_parser.diagnostics import RULES, Diagnostic, Report, ordered
from doc_parser.reports import FORMATS
from doc_parser.source import Source, Span, source_of
from slatemock.cli import main
from tests.case_files import cases
from tests.doc_parser.outline import parsed

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "sarif" / "sarif-2.1.0-rtm.4.json").read_text())
DOCUMENT = "#Pets\n`GET https://api.example.com/pets`\n"


def reported(form: str, *found: Diagnostic, folder: str = "") -> str:
    return FORMATS[form](Report(found, folder, "1.2.3"))


def at(line: str, excerpt: str, message: str = "it is wrong", rule: str = "loose-heading") -> Diagnostic:
    """A diagnostic about an excerpt of a file's only line."""
    return Diagnostic(rule, message, Source("index.html.md", line).span(1, excerpt))


def result(*found: Diagnostic, folder: str = "") -> dict:
    return json.loads(reported("sarif", *found, folder=folder))["runs"][0]["results"][-1]


def region(diagnostic: Diagnostic) -> dict:
    return result(diagnostic)["locations"][0]["physicalLocation"]["region"]


def file(folder: str, diagnostic: Diagnostic | None = None) -> dict:
    found = result(diagnostic or at("#Pets", "#Pets"), folder=folder)
    return found["locations"][0]["physicalLocation"]["artifactLocation"]


def texts(value):
    """All strings within a JSON value."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


# --- SARIF ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases(HERE / "cases" / "lint.md"), ids=str)
def test_every_finding_makes_a_log_that_the_schema_of_sarif_accepts(case):
    log = json.loads(reported("sarif", *parsed(case.text("markdown")).diagnostics, folder="docs"))
    assert [each.message for each in Draft4Validator(SCHEMA).iter_errors(log)] == []
    assert log["runs"][0]["results"]


def test_a_log_without_findings_is_a_valid_log():
    log = json.loads(reported("sarif"))
    assert [each.message for each in Draft4Validator(SCHEMA).iter_errors(log)] == []
    assert (log["version"], log["runs"][0]["results"]) == ("2.1.0", [])


def test_the_schema_refuses_a_log_with_a_misspelt_level():
    log = reported("sarif", at("#Pets", "#Pets")).replace('"note"', '"info"')
    assert not Draft4Validator(SCHEMA).is_valid(json.loads(log))


def test_a_result_points_at_its_rule_and_the_rule_has_help():
    run = json.loads(reported("sarif", at("a b", "b", rule="damaged-url"), at("a b", "a")))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == ["damaged-url", "loose-heading"]
    assert all(RULES[each["id"]].remedy in each["help"]["text"] for each in rules)


def test_the_tool_says_its_version():
    assert json.loads(reported("sarif"))["runs"][0]["tool"]["driver"]["version"] == "1.2.3"


def test_a_region_ends_after_its_last_character():
    assert region(at("see [this](x y) link", "x y")) == {
        "startLine": 1,
        "startColumn": 12,
        "endColumn": 15,
        "snippet": {"text": "x y"},
    }


def test_columns_count_utf_16_code_units():
    found = region(at("😀é here 😀!", "here 😀"))
    assert (found["startColumn"], found["endColumn"]) == (5, 12)


def test_a_region_on_an_empty_line_is_empty():
    assert region(Diagnostic("loose-heading", "it is wrong", Span(Source("a.md", "\n"), 1))) == {
        "startLine": 1,
        "startColumn": 1,
        "endColumn": 1,
    }


def test_a_fingerprint_survives_lines_that_are_added_above():
    def printed(above: int) -> dict:
        source = Source("index.html.md", "\n" * above + "#Pets")
        return result(Diagnostic("loose-heading", "it is wrong", source.span(above + 1)))["partialFingerprints"]

    assert printed(0) == printed(7)


def test_a_fingerprint_survives_another_working_directory():
    assert len({str(result(at("#Pets", "#Pets"), folder=each)["partialFingerprints"]) for each in ("", "docs")}) == 1


def test_findings_about_equal_lines_have_fingerprints_of_their_own():
    source = Source("index.html.md", "#Pets\n#Pets")
    found = [Diagnostic("loose-heading", "it is wrong", source.span(line)) for line in (1, 2)]
    results = json.loads(reported("sarif", *found))["runs"][0]["results"]
    assert len({str(each["partialFingerprints"]) for each in results}) == 2


def test_a_file_below_the_working_directory_is_relative_to_a_base_and_escaped():
    assert file("my docs/50%") == {"uri": "my%20docs/50%25/index.html.md", "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize("folder", ["/tmp/my docs", "../docs"])
def test_a_file_elsewhere_is_an_absolute_uri(folder):
    uri = file(folder)["uri"]
    assert re.fullmatch(r"file:///[^ ]*docs/index\.html\.md", uri)
    assert ".." not in uri


def test_a_fetched_document_is_named_by_its_address():
    source = Source("https://docs.example.com/a?b=1", "#Pets")
    assert file("", Diagnostic("loose-heading", "it is wrong", source.span(1))) == {
        "uri": "https://docs.example.com/a?b=1"
    }


def test_an_operation_is_a_logical_location():
    source = Source("index.html.md", "#Pets")
    found = result(Diagnostic("path-conflict", "it is wrong", source.span(1), "GET /pets"))
    assert found["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "GET /pets", "kind": "resource"}]


# --- GitHub -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "command"), [("damaged-url", "error"), ("host-conflict", "warning"), ("loose-heading", "notice")]
)
def test_a_severity_is_a_workflow_command(rule, command):
    assert reported("github", at("#Pets", "#Pets", rule=rule)).startswith(f"::{command} ")


def test_a_workflow_command_is_one_line_with_place_title_message_and_remedy():
    assert reported("github", at("##Pets", "Pets"), folder="docs") == (
        "::notice file=docs/index.html.md,line=1,col=3,title=loose-heading::it is wrong%0APut a blank after the #.\n"
    )


def test_what_would_end_a_property_or_a_command_is_escaped():
    found = at("#Pets", "#Pets", message="100%: a,b::c\r\nd")
    written = reported("github", found, folder="a,b:c%")
    assert "file=a%2Cb%3Ac%25/index.html.md," in written
    assert "::100%25: a,b::c%0D%0Ad%0A" in written
    assert written.count("\n") == 1


def test_a_report_without_findings_is_silent_in_a_workflow():
    assert reported("github") == ""


# --- all --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("source", ["{0}/docs", "docs", "docs/index.html.md", "./docs", "docs/../docs"])
def test_a_report_names_a_file_that_opens_from_the_working_directory(tmp_path, monkeypatch, capsys, form, source):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.html.md").write_text(DOCUMENT)
    monkeypatch.chdir(tmp_path)
    assert main(["lint", source.format(tmp_path), "--format", form]) == 1
    named = {each for each in re.findall(r"[\w./-]*index\.html\.md", capsys.readouterr().out) if Path(each).is_file()}
    assert len(named) == 1


def test_a_report_from_within_the_folder_names_the_bare_file(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html.md").write_text(DOCUMENT)
    monkeypatch.chdir(tmp_path)
    main(["lint", "."])
    assert capsys.readouterr().out.startswith("index.html.md:1:1: ")


def test_marks_in_the_contract_stay_relative_to_the_index(tmp_path):
    (tmp_path / "index.html.md").write_text(DOCUMENT)
    spec = parse(load(str(tmp_path))).openapi
    assert spec["paths"]["/pets"]["get"]["x-doc-source"] == "index.html.md:2"


@pytest.mark.parametrize("form", FORMATS)
def test_equal_findings_give_equal_bytes(form):
    found = parsed(DOCUMENT).diagnostics
    assert reported(form, *found) == reported(form, *found)


@pytest.mark.parametrize("form", ["json", "sarif"])
@pytest.mark.parametrize("message", ["'\"' and \\", "\x01\x7f", "</script>", "日本 😀"])
def test_any_message_comes_through_as_it_is(form, message):
    shown = msgspec.json.decode(reported(form, at("#Pets", "#Pets", message=message)))
    assert any(message in text for text in texts(shown))


def test_the_same_words_about_two_files_are_two_findings():
    found = [Diagnostic("loose-heading", "it is wrong", source_of(b"#Pets", name).span(1)) for name in ("a", "b")]
    assert [each.span.source.name for each in ordered(found)] == ["a", "b"]


def test_what_is_said_twice_of_one_place_is_reported_once():
    assert len(ordered([at("#Pets", "#Pets"), at("#Pets", "#Pets")])) == 1
