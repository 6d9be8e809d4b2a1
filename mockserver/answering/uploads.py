"""What is known of a file that a request sends: a Call with a form comes in, the name, size and type of its file go out, under the names that records have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from mimetypes import guess_type

from contract.spec import Json
from mockserver.answering.records import Record, resource_of
from mockserver.api import Call
from mockserver.planning.covers import plain

_NAMES = frozenset(("filename", "originalname", "originalfilename", "name"))
_SIZES = frozenset(("size", "filesize", "bytes", "sizebytes", "sizeinbytes", "bytesize", "contentlength"))
_TYPES = frozenset(("contenttype", "mimetype", "mime", "mediatype", "filetype"))
_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_NAMED = re.compile(rb'^content-disposition:.*;\s*filename="([^"\r\n]+)"', re.IGNORECASE | re.MULTILINE)
_TYPED = re.compile(rb"^content-type:[ \t]*([^\s;]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    type: str
    """Its media type; empty where the form does not say."""
    size: int


def file_told(call: Call) -> Record:
    """What records have of the first file of a form that no field of it says."""
    kind = call.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/"):
        return {}
    found = next(_files(call.body, kind), None)
    if found is None:
        return {}
    names = [name for name in resource_of(call).properties if name not in (call.values.body or ())]
    told = {name: value for name in names if (value := _told(plain(name), found)) is not None}
    # What is called no more than a name is the file's where records tell its size or type as well.
    return told if len(told) > 1 else {name: value for name, value in told.items() if plain(name) != "name"}


def _files(raw: bytes, content_type: str) -> Iterator[_File]:
    """The files among the parts of a form (RFC 7578, section 4.2)."""
    boundary = _BOUNDARY.search(content_type)
    for chunk in (b"\r\n" + raw).split(b"\r\n--" + boundary[1].encode("latin-1"))[1:-1] if boundary else ():
        head, _, content = chunk.partition(b"\r\n\r\n")
        named, typed = _NAMED.search(head), _TYPED.search(head)
        if named:
            name = named[1].decode("utf-8", "replace")
            yield _File(name, typed[1].decode("latin-1") if typed else "", len(content))


def _told(plainly: str, file: _File) -> Json:
    if plainly in _NAMES:
        return file.name
    if plainly in _SIZES:
        return file.size
    return (file.type or guess_type(file.name)[0] or "application/octet-stream") if plainly in _TYPES else None
