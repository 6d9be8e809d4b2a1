"""The same document, written otherwise, says the same: a law over our own documents, one row a habit of writers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest

from doc_parser.source import load
from tests.doc_parser.outline import outline

SPECS = Path(__file__).resolve().parents[2] / "specs"
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_REQUEST = re.compile(r"^`(GET|POST|PUT|PATCH|DELETE) (\S+)`$")
_PLACEHOLDER = re.compile(r"[{<](\w+)[>}]")
_HEADING = re.compile(r"^(#{1,5}) *([^#\s].*)$")


@cache
def document(name: str) -> str:
    """An index with its includes below it, as one text."""
    loaded = load(str(SPECS / name))
    head, _, text = loaded.index.text.removeprefix("---\n").partition("\n---\n")
    names = re.findall(r"^  - (\w+)$", head.partition("includes:")[2], re.MULTILINE)
    parts = (loaded.read(f"includes/_{each}.md").decode() for each in names)
    return "\n\n".join([text, *parts])


def kinds(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a text: `fence` for those that begin or end one, `code` for those within, else `text`."""
    within = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if within:
            ends = mark is not None and mark[1].startswith(within) and not line.strip().strip(within[0])
            yield ("fence" if ends else "code"), line
            within = "" if ends else within
        else:
            within = mark[1] if mark else ""
            yield ("fence" if mark else "text"), line


def each_line(kind: str, change: Callable[[str], str], text: str) -> str:
    return "\n".join(change(line) if found == kind else line for found, line in kinds(text))


def heading(change: Callable[[str, str], str]) -> Callable[[str], str]:
    return partial(each_line, "text", lambda line: _HEADING.sub(lambda match: change(match[1], match[2]), line))


def request(change: Callable[[str, str], str]) -> Callable[[str], str]:
    return partial(each_line, "text", lambda line: _REQUEST.sub(lambda match: change(match[1], match[2]), line))


def row(change: Callable[[list[str]], str]) -> Callable[[str], str]:
    def changed(line: str) -> str:
        return change([each.strip() for each in line.split("|")]) if "|" in line and "\\|" not in line else line

    return partial(each_line, "text", changed)


def name(change: str) -> Callable[[str], str]:
    """The first cell of each row of a table, its title too."""
    return partial(each_line, "text", lambda line: re.sub(r"^([A-Za-z][^|`*]*?) *(?=\|)", change, line))


def host(change: str) -> Callable[[str], str]:
    return request(lambda method, path: f"`{method} {re.sub('^https?://[^/]+', change, path)}`")


def placeholder(change: str) -> Callable[[str], str]:
    return request(lambda method, path: f"`{method} {_PLACEHOLDER.sub(change, path)}`")


def payload(**style: object) -> Callable[[str], str]:
    """All JSON in another layout; what is no plain JSON stays."""

    def changed(match: re.Match[str]) -> str:
        try:
            return f"```json\n{json.dumps(json.loads(match[1]), **style)}\n```"  # type: ignore[arg-type]
        except ValueError:
            return match[0]

    return partial(re.sub, r"(?ms)^```json\n(.*?)\n```", changed)


def numbered(text: str) -> str:
    count = iter(range(1, 1000))
    return heading(lambda marks, title: f"{marks} {next(count)}. {title}")(text)


def underlined(marks: str, title: str) -> str:
    return f"\n{title}\n{'=-'[len(marks) - 1] * len(title)}" if len(marks) < 3 else f"{marks} {title}"


def in_html(text: str) -> str:
    """Tables as HTML; a row that is short has empty cells."""
    out: list[str] = []
    table: list[list[str]] = []
    for kind, line in [*kinds(text), ("text", "")]:
        if kind == "text" and "|" in line:
            table.append([each.strip() for each in line.strip().strip("|").split("|")])
            continue
        if table:
            head, _, *rows = table
            cells = "".join(f"<th>{each}</th>" for each in head)
            body = "".join("<tr>" + "".join(f"<td>{each}</td>" for each in every) + "</tr>" for every in rows)
            out.append(f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>".replace("`", ""))
            table = []
        out.append(line)
    return "\n".join(out)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "blanks at the ends of lines": lambda text: text.replace("\n", "  \n"),
    "headings without a blank": heading(lambda marks, title: f"{marks}{title}"),
    "headings with marks on both sides": heading(lambda marks, title: f"{marks} {title} {marks}"),
    "headings underlined": heading(underlined),
    "headings numbered": numbered,
    "headings one level deeper": heading(lambda marks, title: f"#{marks} {title}"),
    "headings with an anchor": heading(lambda marks, title: f'{marks} <a name="here"></a>{title}'),
    "labels in bold": heading(lambda marks, title: f"\n**{title}**\n" if len(marks) > 2 else f"{marks} {title}"),
    "labels in italics": heading(lambda marks, title: f"\n*{title}*\n" if len(marks) > 2 else f"{marks} {title}"),
    "rules between chapters": heading(lambda marks, title: f"---\n\n{marks} {title}" if marks == "#" else f"{marks} {title}"),
    "fences of tildes": partial(each_line, "fence", lambda line: line.replace("`", "~")),
    "languages in capitals": partial(each_line, "fence", str.upper),
    "languages set apart": partial(each_line, "fence", lambda line: re.sub(r"^(`+)(\w)", r"\1 \2", line)),
    "request lines without code": request(lambda method, path: f"{method} {path}"),
    "request lines in bold": request(lambda method, path: f"**{method} {path}**"),
    "the method in bold": request(lambda method, path: f"**{method}** `{path}`"),
    "the method in code": request(lambda method, path: f"`{method}` `{path}`"),
    "the method with a colon": request(lambda method, path: f"{method}: `{path}`"),
    "the method in small letters": request(lambda method, path: f"`{method.lower()} {path}`"),
    "the version behind": request(lambda method, path: f"`{method} {path} HTTP/1.1`"),
    "address and method one below the other": request(lambda method, path: f"URL: `{path}`\n\nMethod: `{method}`"),
    "address and method in a list": request(lambda method, path: f"* **URL**: `{path}`\n* **Method**: `{method}`"),
    "address and method in a table": request(lambda method, path: f"Method | URL\n---|---\n{method} | {path}"),
    "a star for the host": host("*"),
    "a name between colons for the host": host(":host:"),
    "the host in brackets": host("(host)"),
    "either scheme": partial(each_line, "text", lambda line: line.replace("`GET https:", "`GET http(s):")),
    "placeholders with colons": placeholder(r":\1"),
    "placeholders in angles": placeholder(r"<\1>"),
    "placeholders in two braces": placeholder(r"{{\1}}"),
    "placeholders in four angles": placeholder(r"<<\1>>"),
    "placeholders with a type": placeholder(r"<int:\1>"),
    "placeholders behind a dollar": placeholder(r"$(\1)"),
    "placeholders in quotes": placeholder(r"“\1”"),
    "placeholders escaped": placeholder(r"\\{\1\\}"),
    "placeholders with a pattern": placeholder(r":\1(\\d+)"),
    "placeholders as groups": placeholder(r"(?P<\1>\\w+)"),
    "names in bold": name(r"**\1** "),
    "names in code": name(r"`\1` "),
    "names escaped": partial(each_line, "text", lambda line: re.sub(r"^([a-z]\w*)_(\w+) *(?=\|)", r"\1\\_\2", line)),
    "pipes at the rim": row(lambda cells: "| " + " | ".join(cells) + " |"),
    "tabs about pipes": row("\t|\t".join),
    "tables of HTML": in_html,
    "payloads on one line": payload(),
    "payloads with tabs": payload(indent="\t"),
    "curl with long options": lambda text: text.replace(" -X ", " --request ").replace(" -d ", " --data-raw "),
    "a prompt before curl": partial(each_line, "code", lambda line: re.sub(r"^curl", "$ curl", line)),
}  # fmt: skip


@cache
def said(text: str) -> str:
    """What a document says, without the lines that say so."""
    return re.sub(r" \[\d+\]", "", outline(text))


@pytest.mark.parametrize("habit", SPELLINGS)
def test_a_document_says_the_same_however_it_is_spelt(habit):
    texts = [document(each) for each in ("elastic-io-v1", "elastic-personas")]
    spelt = [SPELLINGS[habit](each) for each in texts]
    assert spelt != texts
    assert [said(each) for each in spelt] == [said(each) for each in texts]
