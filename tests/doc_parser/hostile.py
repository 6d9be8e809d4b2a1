"""Hostile documents, one kind a row: a size in characters comes in, a text of about that size goes out; each begins with an operation.

The kinds are the ways in which readers of text have taken the square of its length, nested beyond their stack or met an end
that they did not expect.
"""

from __future__ import annotations

from collections.abc import Callable

OPERATION = "# Pets\n## List\n`GET https://api.example.com/pets/{id}`\n\n"

Kind = Callable[[int], str]


def of(unit: str) -> Kind:
    """Repeat a unit; `@` in it counts up, so that no two are alike."""

    def text(size: int) -> str:
        many = max(1, size // max(1, len(unit.replace("@", "1234"))))
        return "".join(unit.replace("@", str(number)) for number in range(many)) if "@" in unit else unit * many

    return text


def within(before: str, kind: Kind, after: str = "") -> Kind:
    return lambda size: before + kind(size) + after


def fenced(language: str, kind: Kind, before: str = "", after: str = "") -> Kind:
    return within(f"```{language}\n{before}", kind, f"{after}\n```\n")


def nested(opening: str, inner: str, closing: str) -> Kind:
    return lambda size: opening * (size // 2 // len(opening)) + inner + closing * (size // 2 // len(opening))


def stairs(unit: str, step: str) -> Kind:
    """Lines that grow by a step each."""
    return lambda size: "".join(f"{step * depth}{unit}\n" for depth in range(int((2 * size / len(step)) ** 0.5)))


SENDS = "```shell\ncurl https://api.example.com/pets/{id} -d '{\"a\": 1}'\n```\n\n"
CURL = "curl https://api.example.com/pets/{id} "
FIELDS = "Name | Description\n--- | ---\n"

MARKDOWN: dict[str, Kind] = {
    "quotes in quotes": of(">"),
    "quotes that deepen": stairs("a", ">"),
    "lists in lists": stairs("- a", "  "),
    "bullets in a line": of("- "),
    "brackets": of("["),
    "brackets closed": nested("[", "a", "]"),
    "links in links": of("[a]("),
    "images in images": of("!["),
    "emphasis": of("*a **b "),
    "struck words": of("~~a "),
    "backticks that grow": lambda size: " ".join("`" * each for each in range(1, int((2 * size) ** 0.5))),
    "code spans left open": of("`a"),
    "entities": of("&amp"),
    "autolinks": of("<http://"),
    "definitions": of("[a@]: http://x.example\n"),
    "hashes": of("#"),
    "hashes behind a heading": within("##a", of(" #"), "x"),
    "blanks within a heading": within("##a", of(" "), "x"),
    "underlines": within("a\n", of("=")),
    "pipes": within("|a\n|-\n", of("|")),
    "dashes": within("|a\n|", of("- "), "x"),
    "one word": of("a"),
    "one line": of("word "),
    "one line of damaged characters": of("â€”"),
    "damaged characters": of("a â€” b @\n"),
    "blanks": within("", of(" "), "x"),
    "empty lines": of("\n"),
    "marks that join": of("a\u0301\u200d\u202e"),
    "fences": of("```\na\n```\n"),
    "a fence left open": within("```json\n", of('{"a": 1}\n')),
    "fences left open": lambda size: "".join("`" * (3 + each % 50) + "\n" for each in range(size // 28)),
}

HTML: dict[str, Kind] = {
    "tags in tags": of("<div>"),
    "tags in tags, line by line": of("<div>\n"),
    "tags left open, paragraph by paragraph": of("<div>\n\n"),
    "tags closed": nested("<div>\n", "a", "</div>\n"),
    "tags without an end": of("<div "),
    "attributes": within("<div ", of('a="b" ')),
    "inline tags": within("x ", of("<b>")),
    "asides left open": of("<aside>"),
    "comments left open": of("<!-- a\n\n"),
    "comments": of("<!-- a -->\n\n"),
    "code left open": within("<p>", of("<code>")),
    "tables in tables": of("<table><tr><td>"),
    "rows of a table": within("<table>", of("<tr><td>a@</td><td>string</td></tr>\n"), "</table>"),
    "instructions": of("<?"),
    "declarations": of("<![CDATA["),
    "angle brackets": of("<"),
}

MANY: dict[str, Kind] = {
    "headings": of("## H@\n"),
    "chapters": of("# H@\n"),
    "loose headings": of("##H@\n"),
    "labels": of("### HTTP Request\n"),
    "operations": of("## H@\n`GET https://api.example.com/p@/{id}`\n"),
    "one operation again and again": of("## H\n`GET https://api.example.com/p/{id}`\n"),
    "bodies of one operation": of('## H\n`POST https://api.example.com/p`\n\n```json\n{"a@": 1}\n```\n'),
    "request lines of one section": of("`GET https://api.example.com/p@`\n\n"),
    "samples of one section": of(f"```shell\n{CURL}-d '{{\"a@\": @}}'\n```\n"),
    "answers of one section": of('```json\n{"a@": 1}\n```\n'),
    "answers with captions": of('> Answer (v@):\n\n```http\nHTTP/1.1 200 OK\n\n{"a": 1}\n```\n'),
    "lines with tables and answers": of(
        '`GET https://api.example.com/p@`\n\nName | Type\n--- | ---\nn@ | string\n\n```json\n{"a@": 1}\n```\n'
    ),
    "answers below captions with statuses": of('> 4@ - Bad\n\n```json\n{"a@": 1}\n```\n'),
    "captions with statuses": within("> ", of("status code 404 "), '\n\n```json\n{"a": 1}\n```\n'),
    "payloads above an answer": within(
        "`POST https://api.example.com/p`\n\n",
        of('```json\n{"a@": 1}\n```\n'),
        '\n> Response\n\n```json\n{"b": 1}\n```\n',
    ),
    "labels within a fence": fenced("json", of('// Request @\n{"a@": 1}\n// Response\n{"b@": 1}\n')),
    "messages within a fence": fenced("http", of('HTTP/1.1 404 Not Found\n\n{"a@": 1}\n')),
    "words within a fence": fenced("json", of("// response "), "{}\n"),
    "answers in comments": fenced("shell", of('## Response @\n## {"a@": 1}\n\n'), f"{CURL}\n"),
    "what an interpreter printed": fenced(
        "python", of(">>> {'a@': 1}\n"), "requests.get('https://api.example.com/p')\n"
    ),
    "records of chapters": of(
        '# C@s\n## The C@ object\n```json\n{"id": @}\n```\n## Read a C@\n`GET https://api.example.com/c@s/{id}`\n\nReturns the C@ object.\n\n'
    ),
    "sentences that name sections": within(
        "## Read it\n`GET https://api.example.com/p`\n\n```json\n{}\n```\n\n## Add one\n`POST https://api.example.com/p`\n\n",
        of("Returns the same response as read it. "),
    ),
    "error chapters": of('# Errors @\nWith 404 and 500.\n\n```json\n{"message": "m@"}\n```\n'),
    "errors of one section": of('```http\nHTTP/1.1 404 Not Found\n\n{"message": "m@"}\n```\n'),
    "records alike": of('## A@\n`GET https://api.example.com/v@/things`\n\n```json\n{"id": 1, "k@": 1}\n```\n'),
    "tables": of("Name | Type\n--- | ---\nn@ | string\n\n"),
    "rows of query fields": within(FIELDS, of("n@ | text\n")),
    "rows of body fields": within(SENDS + FIELDS, of("n@ | text\n")),
    "rows of nested fields": within(SENDS + FIELDS, of("a.b@.c | text\n")),
    "a name of many parts": within(SENDS + FIELDS, of("a."), "a | text\n"),
    "rows of statuses": within("Status | Meaning\n--- | ---\n", of("404 | case @\n")),
    "sentences about statuses": of("Answers HTTP 404 in case @. "),
    "choices": within(FIELDS + "n | one of ", of('"a@", '), "\n"),
    "quotes in a cell": within(FIELDS + "n | ", of("\"'"), "\n"),
    "list items": of("* `n@` - the (optional) thing\n"),
    "captions": within("> ", of("("), '\n\n```json\n{"a": 1}\n```\n'),
    "words about tokens": of("token response "),
    "words of a label": within("## ", of("http request "), "!\n"),
    "ways to authenticate": within("# Authentication\n", of("Use X-Key-@ with Bearer tokens.\n\n")),
    "a header's name": within("# Authentication\n", of("X-")),
    "placeholders of a path": within("`GET https://api.example.com", of("/{p@}"), "`\n"),
    "ids of a path": within("`GET https://api.example.com", of("/a/123456"), "`\n"),
    "names of a query": within("`GET https://api.example.com/a?", of("q@=1&"), "`\n"),
    "braces of a path": within("`GET https://api.example.com/", of("{"), "`\n"),
    "methods": of("GET "),
    "addresses": of("https://x.example/a@\n\n"),
    "includes": lambda size: "---\nincludes:\n" + of("  - i@\n")(size) + "---\n",
    "front matter": lambda size: "---\n" + of("a@: b\n")(size) + "---\n",
    "front matter left open": lambda size: "---\n" + of("a@: b\n")(size),
    "nested front matter": lambda size: "---\na: " + "[" * size + "\n---\n",
}

PAYLOADS: dict[str, Kind] = {
    "objects left open": of('{"a":'),
    "arrays left open": of("["),
    "objects in objects": nested('{"a":', "1", "}"),
    "arrays in arrays": nested("[", "1", "]"),
    "what stands for more": within("[", of("{...}, <snip> "), "]"),
    "places left open": within("[", of("[A_B|C], "), "]"),
    "a place left open": within('{"a": [', of("A_"), "]}"),
    "a string left open": within('{"a": "', of("b")),
    "strings left open": within("{", of('"a@": "b\n')),
    "quotes": within("{", of("\"'")),
    "names": within("{", of('"k@": 1,'), '"k": 1}'),
    "bare names": within("{", of("a@: b\n")),
    "names without braces": of('"k@": 1,\n'),
    "arrows": within("{", of('"k@" => 1,'), "}"),
    "records": within("[", of('{"id": @, "k": "v"},'), '{"id": 1}]'),
    "records that differ": within("[", of('{"k@": 1},'), "{}]"),
    "records without commas": within("[", of('{"id": @, "k": "v"} '), "]"),
    "commas": within("[", of(","), "]"),
    "elisions": within("[", of("...,"), "]"),
    "comments": within("{", of("// a\n"), "}"),
    "comments left open": within("{", of("/*")),
    "digits": within("[", of("9"), "]"),
    "an exponent": within("[1e", of("9"), ",]"),
    "backslashes": within('{"a": "', of("\\"), '"}'),
    "words": of("word "),
    "a word": of("a"),
}

SAMPLES: dict[str, tuple[str, Kind]] = {
    "curl: quotes": ("shell", within(CURL, of("'\""))),
    "curl: curly quotes": ("shell", within(CURL, of("“a "))),
    "curl: a quote left open": ("shell", within(CURL + "-d '", of("a"))),
    "curl: quotes left open": ("shell", within(CURL, of("-H 'a\" \\\n"))),
    "curl: backslashes": ("shell", within(CURL, of("\\"))),
    "curl: lines": ("shell", within(CURL + "\\\n", of("\n"), "-X PUT")),
    "curl: words": ("shell", within(CURL, of("a "))),
    "curl: data": ("shell", within(CURL, of("-d a@=1 "))),
    "curl: bare objects": ("shell", within(CURL, of("-d { "))),
    "curl: form": ("shell", within(CURL + "-d '", of("a@=1&"), "'")),
    "curl: headers": ("shell", within(CURL, of('-H "A: b" '))),
    "curl: commands": ("shell", of("curl https://api.example.com/p\n\n")),
    "curl: addresses": ("shell", within("curl ", of("https://x.example"))),
    "httpie: items": ("shell", within("http POST api.example.com/p ", of("a@=b "))),
    "httpie: quotes": ("shell", within("http POST api.example.com/p ", of("a='b "))),
    "ruby: words": ("ruby", within('URI("https://api.example.com/p")\n', of("a"))),
    "ruby: headers": ("ruby", within('URI("https://api.example.com/p")\n', of('r["A"] = "b"\n'))),
    "ruby: quotes": ("ruby", within('URI("https://api.example.com/p")\n', of('r["A"] = "'))),
    "python: one argument": ("python", lambda size: 'c = HTTPSConnection("x")\nc.request("GET")\n' + "#" * size),
    "python: headers": ("python", within('requests.post("https://x.example/p")\nheaders = {', of('"a": '))),
    "python: blanks": ("python", within("requests.post(", of(" "), "x")),
    "javascript: one argument": ("javascript", lambda size: "x.open('GET')\n" + " " * size),
    "javascript: headers": ("javascript", within('fetch("https://x.example/p")\n', of('.append("a", "b")\n'))),
    "javascript: bodies": ("javascript", within('fetch("https://x.example/p")\n', of("JSON.stringify({"))),
    "php: options": ("php", of('curl_setopt($ch, CURLOPT_URL, "')),
    "php: variables": ("php", within("curl_init($url)\n", of('$a = "b";\n'))),
    "http: headers": ("http", within("HTTP/1.1 200 OK\n", of("A@: b\n"))),
    "http: blanks": ("http", within("HTTP/1.1 200", of(" "), "x")),
    "http: status lines": ("http", of("HTTP/1.1 200 OK\n")),
    "http: request headers": ("http", within("POST /a HTTP/1.1\n", of("A@: b\n"))),
    "http: lines": ("", of("GET /a@\n")),
}

KINDS: dict[str, Kind] = {
    **MARKDOWN,
    **HTML,
    **MANY,
    **{f"JSON answer: {name}": fenced("json", kind) for name, kind in PAYLOADS.items()},
    **{f"JSON sent: {name}": fenced("shell", kind, CURL + "-d '", "'") for name, kind in PAYLOADS.items()},
    **{name: fenced(language, kind) for name, (language, kind) in SAMPLES.items()},
}


def document(name: str, size: int) -> str:
    """A document of one kind, with an operation in front; front matter stands at the very top."""
    text = KINDS[name](size)
    return text + OPERATION if text.startswith("---\n") else OPERATION + text
