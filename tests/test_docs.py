"""The documentation cannot rot: the README's commands are run, and lists are those of the code."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from doc_parser.diagnostics import RULES
from mockserver.planning.xmock import APPLIES, RECORDS, SCHEMA
from tests.case_files import cases

ROOT = Path(__file__).resolve().parents[1]
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    """Commands of the README with the output that it promises."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [(match[1], match[2]) for block in CONSOLE.findall(text) for match in COMMAND.finditer(block)]


def promised(expected: str, actual: str) -> bool:
    """Compare with `...` standing for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.split("..."))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def server(port: int) -> Iterator[str]:
    """The server that the README starts; its first lines."""
    command, expected = commands()[0]
    arguments = command.removesuffix(" &").replace("4010", str(port)).split()[1:]
    started = subprocess.Popen(
        [sys.executable, "-m", "slatemock", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    yield "".join(started.stdout.readline() for _ in expected.splitlines())
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=10)


def test_the_readme_starts_a_server_that_says_what_it_serves(server, port):
    assert server == commands()[0][1].replace("4010", str(port))


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("number", range(1, len(commands())))
def test_a_command_of_the_readme_does_what_the_readme_shows(number, port, tmp_path):
    command, expected = commands()[number]
    program = command.split()[0]
    if program == "curl" and not shutil.which("curl"):
        pytest.skip("needs curl")
    line = command.replace("4010", str(port)).replace("-o openapi.yaml", f"-o {tmp_path}/openapi.yaml")
    line = line.replace("slatemock", f"{sys.executable} -m slatemock", 1) if program == "slatemock" else line
    done = subprocess.run(line, shell=True, capture_output=True, text=True, cwd=ROOT, check=False)
    assert promised(expected.rstrip("\n"), (done.stdout + done.stderr).rstrip("\n")), done.stdout + done.stderr


def rule_page() -> str:
    """One paragraph a rule, from its own sentences and the first case in which it fires."""
    opening = "# Lint rules\n\nWhat `slatemock lint` reports, in the order of the alphabet. Written from the rules themselves.\n"
    return opening + "".join(f"\n## {name}\n\n{entry(name)}\n" for name in sorted(RULES))


def entry(name: str) -> str:
    rule = RULES[name]
    return " ".join((f"**{rule.severity.capitalize()}.**", rule.meaning, rule.why, rule.remedy, *example(name)))


def example(name: str) -> Iterator[str]:
    """A line that fires, with what is said about it; rules about whole files have none."""
    for case in cases(ROOT / "tests/doc_parser/cases/lint.md"):
        fired = re.search(rf"^(\d+):\d+ \w+ {name}: (.*)  <", case.expected.text, re.MULTILINE)
        if fired:
            line = case.text("markdown").split("\n")[int(fired[1]) - 1].strip()
            yield f"For example ``{f' {line} ' if '`' in line else line}``: {fired[2]}."
            return


def test_the_rule_page_lists_every_rule(request):
    page = ROOT / "docs" / "lint.md"
    if request.config.getoption("--update"):
        page.write_text(rule_page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == rule_page()


def wish_page() -> str:
    """What `x-mock` may say, from its schema, and the overlay that stands beside the page."""
    opening = (
        "# x-mock\n\n"
        "`slatemock plan` says what the mock does for each operation, and why. Where it concludes wrongly, an object `x-mock` on the\n"
        "operation says what is true: in an OpenAPI document, or in an OpenAPI Overlay beside documents that you do not edit. What is not\n"
        "said stays as it was concluded. Anything that cannot be followed is refused at the start, with all faults at once.\n\n"
        "| property | for | meaning |\n| --- | --- | --- |\n"
    )
    rows = "".join(wish_rows("", SCHEMA))
    overlay = (ROOT / "docs" / "x-mock.overlay.yaml").read_text(encoding="utf-8")
    return (
        f"{opening}{rows}\nFor example, [x-mock.overlay.yaml](x-mock.overlay.yaml):\n\n```yaml\n{overlay}```\n\n"
        "    slatemock serve specs/elastic-io-v1 --overlay docs/x-mock.overlay.yaml\n"
    )


def wish_rows(upper: str, schema: Mapping[str, Any]) -> Iterator[str]:
    for name, node in schema["properties"].items():
        among = f" One of {', '.join(f'`{each}`' for each in node['enum'])}." if "enum" in node else ""
        behaviours = ", ".join(APPLIES[name]) if name in APPLIES and APPLIES[name] != RECORDS else ""
        where = behaviours or ("" if upper else "all" if name == "behaviour" else "all that work on records")
        yield f"| `{upper}{name}` | {where} | {node['description']}{among} |\n"
        if "properties" in node:
            yield from wish_rows(f"{upper}{name}.", node)


def test_the_page_on_x_mock_says_all_that_its_schema_knows(request):
    page = ROOT / "docs" / "x-mock.md"
    if request.config.getoption("--update"):
        page.write_text(wish_page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == wish_page()


def test_every_rule_says_why_it_matters():
    assert [name for name, rule in RULES.items() if not rule.why] == []


def test_rule_ids_are_kebab_case():
    assert [name for name in RULES if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_files_that_the_documents_name_are_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = {
        *re.findall(r"`((?:doc_parser|mockserver|contract|slatemock|tests|specs|docs)/[\w./-]+)`", text),
        *re.findall(r"\]\(([\w./-]+)\)", text),
    }
    assert [each for each in named if "*" not in each and not (ROOT / each).exists()] == []
