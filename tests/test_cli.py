"""The program as people run it: what it prints, where, and its exit codes."""

from __future__ import annotations

import json
import os
import queue
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from slatemock.contracts import specs

ROOT = Path(__file__).resolve().parents[1]
PETS = '# Pets\n## List\n`GET https://api.example.com/pets`\n\n```json\n[{"id": 1}]\n```\n'


def run(*arguments: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "slatemock", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, check=False, timeout=60, env={**os.environ, **(env or {})}
    )


@pytest.fixture
def docs(tmp_path):
    (tmp_path / "index.html.md").write_text(PETS)
    return tmp_path


def refused(*arguments: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """Run what cannot be done; give the one or two lines that say so."""
    done = run(*arguments, cwd=cwd, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert 1 <= done.stderr.count("\n") <= 2
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the document is empty"),
        ("# Pets\nNo request.\n", "no endpoint found; looked for request lines"),
        ("\0\1\2", "not a text file"),
    ],
)
@pytest.mark.parametrize("verb", ["build", "lint", "plan", "serve"])
def test_a_source_that_cannot_be_used_is_refused_by_every_verb(docs, verb, content, said):
    (docs / "index.html.md").write_text(content)
    assert said in refused(verb, "index.html.md", cwd=docs)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.json",
            '{"a": 1}',
            "a.json: not an OpenAPI document: no 'openapi' field at the top; give OpenAPI 3.0 or 3.1",
        ),
        ("a.yaml", "a: [1", "a.yaml: neither JSON nor YAML"),
        ("a.yaml", "swagger: '2.0'", "a.yaml: version 2.0 is not supported; convert"),
        ("a.yaml", "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: []", "a.yaml: 'paths' is not an object"),
        (
            "a.json",
            '{"openapi": "3.0.3", "paths": {"/a": {"$ref": "#/x"}}}',
            "#/paths/~1a refers to #/x, which is not there",
        ),
        ("a.json", '{"openapi": "3.0.3", "paths": {"/a": {"get": 5}}}', "a.json: broken structure"),
        (
            "a.yaml",
            "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {}\ncomponents: {schemas: {A: &l {items: *l}}}",
            "a.yaml: nested too deeply, or in itself by an anchor",
        ),
    ],
)
@pytest.mark.parametrize("verb", ["plan", "serve"])
def test_a_document_that_is_not_openapi_is_refused(docs, verb, name, content, said):
    (docs / name).write_text(content)
    assert said in refused(verb, name, cwd=docs)


def test_a_contract_in_several_files_becomes_one(tmp_path):
    """Two ways to one file are one file, and it may lie beside the folder of the first."""
    (tmp_path / "api").mkdir()
    (tmp_path / "shared").mkdir()
    answer = "{description: OK, content: {application/json: {schema: {$ref: ../shared/boat.yaml}}}}"
    head = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\n"
    (tmp_path / "api/a.yaml").write_text(head + f"paths: {{/boats: {{get: {{responses: {{'200': {answer}}}}}}}}}")
    (tmp_path / "shared/boat.yaml").write_text("properties: {tender: {$ref: ../api/../shared/boat.yaml}}")
    done = run("build", "api/a.yaml", "--format", "json", cwd=tmp_path)
    boat = {"$ref": "#/components/schemas/boat"}
    assert json.loads(done.stdout)["components"]["schemas"] == {"boat": {"properties": {"tender": boat}}}


def test_a_reference_to_nothing_is_named_when_a_contract_is_built(docs):
    answer = "{description: OK, content: {application/json: {schema: {$ref: gone.yaml}}}}"
    head = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\n"
    (docs / "a.yaml").write_text(head + f"paths: {{/boats: {{get: {{responses: {{'200': {answer}}}}}}}}}")
    assert refused("build", "a.yaml", cwd=docs) == (
        "slatemock: a.yaml: not valid OpenAPI: gone.yaml points at nothing; define it or mend the reference\n"
    )


def test_a_missing_file_is_refused_by_name():
    assert (
        refused("build", "nowhere.md")
        == "slatemock: nowhere.md: No such file or directory; check the name and the rights\n"
    )


def test_a_file_that_cannot_be_written_is_named(docs):
    assert "gone/a.yaml: cannot be written" in refused("build", ".", "-o", "gone/a.yaml", cwd=docs)


def test_a_port_in_use_is_refused_with_a_way_out(docs):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused("serve", ".", "-p", port, cwd=docs)
    assert (
        said
        == f"slatemock: port {port} on 127.0.0.1: Address already in use; choose another with --port (0 picks a free one)\n"
    )


def test_a_server_that_is_not_there_is_named(docs):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert url in refused("test", ".", "--url", url, cwd=docs)


def test_a_document_with_a_small_breach_is_read_and_the_breach_told(tmp_path):
    (tmp_path / "a.yaml").write_text("openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {$ref: '#/x'}}}}}")
    done = run("plan", "a.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "GET /a" in done.stdout
    assert "warning: a.yaml: #/paths/~1a/get/responses/200 refers to #/x, which is not there" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["buidl", "."], "did you mean 'build'?"),
        (["build", ".", "--format", "jsn"], "did you mean 'json'?"),
        (["serve", ".", "--populate", "-1"], "'-1' is not a number from 0"),
        (["serve", ".", "-p", "70000"], "'70000' is not a port (0 to 65535)"),
        (["test", ".", "--url", "http://127.0.0.1:9", "--phases", "fuzz"], "examples, coverage, fuzzing, stateful"),
        (
            ["test", ".", "--url", "http://127.0.0.1:9", "--report", "pdf=a"],
            "no such report; write json=FILE or text=FILE",
        ),
        (["test", ".", "--url", "http://127.0.0.1:9", "-H", "nonsense"], "write 'Name: value'"),
        ([], "VERB"),
    ],
)
def test_a_slip_on_the_command_line_is_explained(docs, arguments, said):
    assert said in refused(*arguments, cwd=docs)


def test_build_writes_the_document_and_nothing_else_to_standard_output(docs):
    done = run("build", ".", "--format", "json", cwd=docs)
    assert (done.returncode, list(json.loads(done.stdout)["paths"])) == (0, ["/pets"])


def test_build_takes_the_format_from_the_file_name(docs):
    assert run("build", ".", "-o", "a.json", cwd=docs).returncode == 0
    assert json.loads((docs / "a.json").read_text())["openapi"] == "3.0.3"


def test_every_verb_takes_what_build_wrote(docs):
    run("build", ".", "-o", "a.yaml", cwd=docs)
    assert run("build", "a.yaml", cwd=docs).stdout == (docs / "a.yaml").read_text()
    assert run("plan", "a.yaml", cwd=docs).stdout == run("plan", ".", cwd=docs).stdout
    assert run("diff", ".", "a.yaml", cwd=docs).stdout.startswith("no changes")


def test_lint_shows_place_line_caret_and_remedy(docs):
    (docs / "index.html.md").write_text("#Pets\n`GET https://api.example.com/pets`\n")
    done = run("lint", ".", cwd=docs)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "index.html.md:1:1: info: heading 'Pets' has no blank after its marks [loose-heading]",
        "  1 | #Pets",
        "    | ^^^^^",
        "    = Put a blank after the #.",
        "1 info",
    ]


def test_lint_of_a_clean_document_says_so(docs):
    done = run("lint", ".", cwd=docs)
    assert (done.returncode, done.stdout) == (0, "nothing to report\n")


def test_lint_json_has_the_shape_that_others_rely_on(docs):
    (docs / "index.html.md").write_text("#Pets\n`GET https://api.example.com/pets`\n")
    report = json.loads(run("lint", ".", "--format", "json", cwd=docs).stdout)
    assert list(report["findings"][0]) == ["id", "severity", "message", "file", "line", "column", "operation", "remedy"]
    assert report["summary"] == {"error": 0, "warning": 0, "info": 1}


def test_plan_json_has_the_shape_that_others_rely_on(docs):
    report = json.loads(run("plan", ".", "--format", "json", cwd=docs).stdout)
    assert list(report) == ["resources", "operations"]
    assert list(report["operations"][0]) == ["operation", "behaviour", "resource", "because"]


def test_diff_json_has_the_shape_that_others_rely_on():
    done = run("diff", "specs/elastic-io-v1-2015", "specs/elastic-io-v1", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, list(report)) == (0, ["old", "new", "changes", "summary"])
    assert list(report["changes"][0]) == [
        "id",
        "severity",
        "operation",
        "pointer",
        "message",
        "old",
        "new",
        "fingerprint",
    ]


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("info", 1), ("never", 0)])
def test_diff_fails_on_the_severity_that_is_asked_for(level, code):
    assert run("diff", "specs/elastic-io-v1-2015", "specs/elastic-io-v1", "--fail-on", level).returncode == code


def test_diff_of_one_edition_with_itself_is_clean():
    assert run("diff", "specs/elastic-io-v1", "specs/elastic-io-v1", "--fail-on", "info").returncode == 0


def test_configuration_comes_from_file_then_environment_then_flag(docs):
    (docs / "slatemock.toml").write_text('[lint]\nformat = "json"\n')
    assert run("lint", ".", cwd=docs).stdout.startswith("{")
    assert run("lint", ".", cwd=docs, env={"SLATEMOCK_FORMAT": "text"}).stdout == "nothing to report\n"
    assert run("lint", ".", "--format", "json", cwd=docs, env={"SLATEMOCK_FORMAT": "text"}).stdout.startswith("{")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("prot = 4010", "slatemock.toml: unknown key 'prot'; did you mean 'port'?"),
        ("port = 'high'", "slatemock.toml: port: 'high' is not a value for it"),
        ("[lint]\nformat = 'pdf'", "slatemock.toml: format: 'pdf' is none of text, json, sarif, github"),
        ("port = ", "slatemock.toml: cannot be read"),
        ("watch = 'perhaps'", "slatemock.toml: watch: 'perhaps' is none of true, false"),
    ],
)
def test_a_broken_configuration_is_refused(docs, content, said):
    (docs / "slatemock.toml").write_text(content)
    assert said in refused("lint" if "lint" in content else "serve", ".", cwd=docs)


def test_a_reader_that_has_read_enough_ends_the_program_quietly(docs):
    (docs / "index.html.md").write_text(
        "".join(f"## H{n}\n`GET https://api.example.com/pets/a{n}`\n" for n in range(2000))
    )
    command = f"{sys.executable} -m slatemock build . | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=docs, check=False)
    assert (done.stdout, "Traceback" in done.stderr, "Broken" in done.stderr) == ("openapi: 3.0.3\n", False, False)


MEND = "overlay: 1.0.0\ninfo: {title: Mend, version: '1'}\nactions:\n"


def test_an_overlay_amends_what_every_verb_sees(docs):
    (docs / "mend.yaml").write_text(
        MEND + "- {target: $.info, update: {title: Mended}}\n"
        "- {target: \"$.paths['/pets'].get\", update: {x-mock: {behaviour: static}}}\n"
    )
    done = run("build", ".", "--overlay", "mend.yaml", "--format", "json", cwd=docs)
    assert (done.returncode, json.loads(done.stdout)["info"]["title"], done.stderr) == (0, "Mended", "")
    planned = json.loads(run("plan", ".", "--overlay", "mend.yaml", "--format", "json", cwd=docs).stdout)
    assert [each["behaviour"] for each in planned["operations"]] == ["static"]


def test_an_overlay_that_changes_nothing_is_warned_about(docs):
    (docs / "mend.yaml").write_text(MEND + "- {target: $.info, update: {title: A}}\n- {target: $.gone, remove: true}\n")
    done = run("build", ".", "--overlay", "mend.yaml", cwd=docs)
    assert (done.returncode, "title: A" in done.stdout) == (0, True)
    assert done.stderr == (
        "slatemock: warning: mend.yaml: action 2: target $.gone is nowhere in the document,"
        " nothing is changed; mend the JSONPath\n"
    )


def test_an_overlay_of_several_sources_may_speak_of_one_of_them(docs):
    (docs / "a.yaml").write_text("openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {}\n")
    (docs / "mend.yaml").write_text(MEND + "- {target: \"$.paths['/pets']\", update: {summary: Pets}}\n")
    found, warnings = specs([str(docs), str(docs / "a.yaml")], [str(docs / "mend.yaml")])
    assert ([each.title for each in found][1], warnings) == ("A", [])
    assert specs([str(docs / "a.yaml")], [str(docs / "mend.yaml")])[1]


def test_overlays_are_applied_in_the_order_given(docs):
    for name in ("one", "two"):
        (docs / f"{name}.yaml").write_text(MEND + f"- {{target: $.info, update: {{title: {name}}}}}\n")
    said = run("build", ".", "--overlay", "one.yaml", "--overlay", "two.yaml", cwd=docs).stdout
    assert "title: two" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MEND + "- {target: info, remove: true}", "mend.yaml: action 1: target info is no JSONPath"),
        ("openapi: 3.0.3", "mend.yaml: not an Overlay"),
        (None, "mend.yaml: No such file or directory"),
    ],
)
@pytest.mark.parametrize("verb", ["build", "plan", "serve"])
def test_an_overlay_that_cannot_be_used_is_refused(docs, verb, content, said):
    if content:
        (docs / "mend.yaml").write_text(content)
    assert said in refused(verb, ".", "--overlay", "mend.yaml", cwd=docs)


@contextmanager
def serving(*arguments: str, cwd: Path) -> Iterator[tuple[Callable[[], str], str]]:
    """A server in a process of its own: what gives its next line, and its address."""
    command = [sys.executable, "-m", "slatemock", "serve", *arguments, "-p", "0"]
    said: queue.Queue[str] = queue.Queue()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd) as process:
        assert process.stdout is not None
        lines = process.stdout
        reader = threading.Thread(target=lambda: [said.put(line) for line in lines])
        reader.start()
        try:
            first = "".join(said.get(timeout=20) for _ in range(4))
            found = re.search(r"Serving on (\S+)", first)
            assert found, first
            yield lambda: said.get(timeout=20), found[1]
        finally:
            process.terminate()
            reader.join()


def get(url: str) -> object:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.loads(answer.read())


def test_a_watched_document_is_live_as_soon_as_it_is_written_and_a_broken_one_is_not(docs):
    (docs / "mend.yaml").write_text(MEND + "- {target: $.info, update: {version: '2'}}\n")
    with serving(".", "--overlay", "mend.yaml", "--watch", cwd=docs) as (line, url):
        assert get(f"{url}/pets") == [{"id": 1}]
        (docs / "index.html.md").write_text(PETS.replace('"id": 1', '"id": 2'))
        assert re.fullmatch(r"Reloaded in 0\.\d\d s: \S.*: 1 operations\n", line())
        assert line() == "  dropped 1 record of /pets: no longer documented\n"
        assert get(f"{url}/pets") == [{"id": 2}]
        (docs / "index.html.md").write_text("# Nothing")
        assert line().startswith("Not reloaded, the edition before goes on: index.html.md: no endpoint")
        assert get(f"{url}/pets") == [{"id": 2}]
        (docs / "mend.yaml").write_text(MEND + "- {target: $.info, update: {title: Mended}}\n")
        assert line().startswith("Not reloaded")
        (docs / "index.html.md").write_text(PETS.replace("pets", "cats"))
        assert "Mended: 1 operations" in line()
        assert line() == "  dropped 1 record of /pets: the collection is gone\n"
        assert get(f"{url}/cats") == [{"id": 1}]


def test_an_include_that_comes_late_is_seen(docs):
    head = "---\nincludes:\n  - cats\n---\n"
    with serving(".", "--watch", cwd=docs) as (line, url):
        (docs / "index.html.md").write_text(head + PETS)
        assert line().endswith("index.html.md:3: include 'cats' is not there; its chapter is left out\n")
        assert ": 1 operations" in line()
        (docs / "includes").mkdir()
        (docs / "includes" / "_cats.md").write_text(PETS.replace("pets", "cats"))
        assert ": 2 operations" in line()
        assert get(f"{url}/cats") == [{"id": 1}]


@pytest.mark.parametrize("source", ["HEAD:specs/elastic-io-v1/source/index.html.md", "http://127.0.0.1:9/openapi.yaml"])
def test_what_is_no_local_file_cannot_be_watched(source):
    assert f"{source}: only local files can be watched; give one, or leave --watch out" in refused(
        "serve", source, "--watch"
    )


def test_collections_are_filled_to_the_number_asked_for(docs):
    (docs / "slatemock.toml").write_text("watch = false\n[serve]\npopulate = 7\n")
    with serving(".", cwd=docs) as (_, url):
        assert [each["id"] for each in get(f"{url}/pets")] == [1, 2, 3, 4, 5, 6, 7]


def test_several_workers_cannot_watch(docs):
    said = refused("serve", ".", "--watch", "--workers", "2", cwd=docs)
    assert said == "slatemock: --watch: the workers would not know of each other's editions; serve with one worker\n"
