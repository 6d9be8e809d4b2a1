"""Where text comes from: a SOURCE as the user types it comes in, Sources with Spans go out; no other module opens a file.

A SOURCE is a file, a folder that holds a Slate index, an http(s) URL, or `REV:path` inside a git
checkout. Encodings are mended here, so that every later line and column is that of the text the
reader of a diagnostic sees in an editor.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import urljoin

import httpx
from msgspec import Struct

INDEXES = ("index.html.md", "source/index.html.md", "source/index.md", "index.md", "source/index.html.markdown")
"""Where a folder keeps its Slate index, in the order of looking."""

SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes; no documentation is larger, and a device or a log file by mistake is."""
DATA = (".json", ".yaml", ".yml")
"""How the names of files end that a contract may be spread over; they may lie beside the folder of the first."""
URL_LIMIT = 16 * 1024 * 1024
URL_SECONDS = 20.0

Read = Callable[[str], bytes]
"""Gives the bytes behind a path beside the index; raises SourceError."""


class SourceError(Exception):
    """The source cannot be used; the message is one or two lines: place, cause, remedy."""


class Source(Struct, frozen=True, dict=True):
    """One text with the name that diagnostics use for it."""

    name: str
    """Relative to the index's folder, with `/`."""
    text: str
    """Line ends are `\\n`, damaged characters mended."""
    mended: tuple[tuple[int, str, str], ...] = ()
    """What was mended: 1-based line, damaged characters, what they stand for."""

    @cached_property
    def lines(self) -> list[str]:
        """Lines without their ends; U+2028 and its kin end no line, as for Markdown."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """Give a 1-based line, empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def span(self, line: int, excerpt: str = "") -> Span:
        """Point at an excerpt within a line; at the line's first character where it is not found."""
        lines = self.lines
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        at = text.find(excerpt, 0, _REACH) if excerpt else -1
        if at >= 0:
            return Span(self, line, at + 1, len(excerpt))
        text = text[:_REACH]
        bare = text.lstrip()
        return Span(self, line, len(text) - len(bare) + 1, len(bare.rstrip()) or 1)


_REACH = 10_000
"""Characters of a line that are looked through: a megabyte in one line is no place that anybody looks at."""
_PARAGRAPH = 12
"""Lines that a paragraph is looked through."""


class Span(NamedTuple):
    """A place in a Source; those of one source are in order. Every block, row and property has one: tuples cost least."""

    source: Source
    line: int
    """1-based."""
    column: int = 1
    """1-based, in characters."""
    width: int = 1
    folded: bool = False
    """The text was laid out anew and stands on this one line of the source."""

    @property
    def mark(self) -> str:
        """`file:line`, as `x-doc-source` writes it."""
        return f"{self.source.name}:{self.line}"

    def holding(self, text: str) -> Span:
        """The first line of a paragraph that holds a text; the paragraph's first line where none does."""
        for offset in range(_PARAGRAPH):
            if self.source.line(self.line + offset).find(text, 0, _REACH) >= 0:
                return self.below(offset, text)
        return self

    def below(self, lines: int, excerpt: str = "") -> Span:
        """The place some lines further down."""
        if self.folded:
            return self.source.span(self.line, excerpt)._replace(folded=True)
        return self.source.span(self.line + lines, excerpt)


class Loaded(Struct, frozen=True):
    """What a SOURCE resolved to: the index's text, and the way to the files beside it."""

    index: Source
    read: Read
    folder: str = ""
    """Where the index stands, seen from the working directory; empty for that directory itself and for URLs."""


def load(where: str, asked: set[Path] | None = None) -> Loaded:
    """Resolve a SOURCE and read its index.

    Every local file that is asked for, here and by `Loaded.read` later, is added to `asked`, whether it is
    there or not: these are the files to watch. Raises SourceError for what does not exist, cannot be read or is no text.
    """
    asked = set() if asked is None else asked
    if re.match(r"https?://", where):
        return Loaded(source_of(_fetched(where), where), _beside_url(where))
    path = Path(where)
    if path.is_dir():
        path = _index_in(path)
    elif not path.exists() and (at := re.fullmatch(r"([^:]+):(.+)", where)):
        return _from_git(at[1], at[2])
    asked.add(path)
    loaded = source_of(_bytes_of(path), path.name)
    return Loaded(loaded, _beside(path.parent, asked), _seen_from_here(path.parent))


def _seen_from_here(folder: Path) -> str:
    """Relative where it lies below the working directory, else as the user typed it."""
    here = Path.cwd()
    relative = folder.relative_to(here) if folder.is_relative_to(here) else folder
    return "" if relative == Path() else relative.as_posix()


def source_of(data: bytes, name: str) -> Source:
    """Decode bytes: UTF-8, UTF-16 by its mark, else Windows-1252; double-encoded characters are mended.

    Raises SourceError for bytes that are no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise SourceError(f"{name}: not a text file (it holds NUL characters); give Markdown or OpenAPI")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _mended(text, name)


def _mended(text: str, name: str) -> Source:
    """UTF-8 read once too often as Windows-1252 (`â€”` for a dash) is read back."""
    if text.isascii():
        return Source(name, text)
    found: list[tuple[int, str, str]] = []
    at, line = 0, 1

    def repaired(match: re.Match[str]) -> str:
        nonlocal at, line
        try:
            true = match[0].encode("cp1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return match[0]
        at, line = match.start(), line + text.count("\n", at, match.start())
        found.append((line, match[0], true))
        return true

    return Source(name, _DAMAGED.sub(repaired, text), tuple(found))


_TRAIL = "".join(
    re.escape(bytes([each]).decode("cp1252"))
    for each in range(0x80, 0xC0)
    if each not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
# one set in front lets the search run over all that is no such character
_DAMAGED = re.compile(
    f"[\u00c2-\u00f4](?:(?<=[\u00c2-\u00df])[{_TRAIL}]|(?<=[\u00e0-\u00ef])[{_TRAIL}]{{2}}|(?<=[\u00f0-\u00f4])[{_TRAIL}]{{3}})"
)


def _index_in(folder: Path) -> Path:
    for each in INDEXES:
        if (folder / each).is_file():
            return folder / each
    raise SourceError(
        f"{folder}: no Slate index in this folder (looked for {', '.join(INDEXES[:4])}); give the file itself"
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise SourceError(f"{path}: larger than {SIZE_LIMIT >> 20} MB; give the documentation itself")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}; check the name and the rights") from error
    except ValueError as error:
        raise SourceError(f"{path!s:.80}: no file name ({error})") from error


def _beside(folder: Path, asked: set[Path]) -> Read:
    root = folder.resolve()

    def read(relative: str) -> bytes:
        if re.match(r"https?://", relative) and relative.endswith(DATA):
            return _fetched(relative)
        target = (root / relative).resolve()
        asked.add(target)
        if not (target.is_relative_to(root) or relative.endswith(DATA)):
            raise SourceError(f"{relative}: leaves the documents' folder; move the file into includes/")
        return _bytes_of(target)

    return read


def _beside_url(where: str) -> Read:
    def read(relative: str) -> bytes:
        if relative.endswith(DATA):
            return _fetched(urljoin(where, relative))
        raise SourceError(f"{where}: include {relative} is not fetched over the network; give a local folder")

    return read


def _from_git(revision: str, path: str) -> Loaded:
    def read(relative: str) -> bytes:
        wanted = PurePosixPath(path).parent / relative
        command = ["git", "show", f"{revision}:./{wanted}"]
        try:
            done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, arguments apart
        except OSError as error:
            raise SourceError(f"{revision}:{wanted}: no such file, and git cannot be run ({error.strerror})") from error
        if done.returncode:
            reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
            raise SourceError(f"{revision}:{wanted}: no such file, and git says: {reason}")
        return done.stdout

    name = PurePosixPath(path).name
    folder = _seen_from_here(Path(path).parent)
    return Loaded(source_of(read(name), name), read, folder=folder)


def _fetched(url: str) -> bytes:
    received = bytearray()
    try:
        with httpx.stream("GET", url, timeout=URL_SECONDS, follow_redirects=True) as response:
            response.raise_for_status()
            for part in response.iter_bytes():
                received += part
                if len(received) > URL_LIMIT:
                    raise SourceError(f"{url}: larger than {URL_LIMIT >> 20} MB; download it and give the file")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"{url}: cannot be fetched ({error}); check the address or give a file") from error
    return bytes(received)
