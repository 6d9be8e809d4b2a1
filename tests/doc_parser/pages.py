"""Slate documents rendered to HTML, by shins and by a layout of our own: source folders come in, pages go out."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

import yaml
from markdown_it import MarkdownIt

SHINS = "shins@2.6.0"
_FRONT = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def installed_shins(cache: Path) -> Path | str:
    """Put shins into a cache folder, if it is not there yet; a sentence where that cannot be done."""
    package = cache / "node_modules" / "shins"
    if package.is_dir():
        return package
    if not (npm := shutil.which("npm")) or not shutil.which("node"):
        return "npm and node are missing"
    command = [
        npm,
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
        "--fetch-retries=0",
        "--prefix",
        str(cache),
        SHINS,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    except subprocess.TimeoutExpired:
        return f"npm took too long to install {SHINS}"
    return package if package.is_dir() else f"npm cannot install {SHINS}: {done.stderr.strip()[:200]}"


def rendered_by_shins(shins: Path, indexes: Sequence[tuple[Path, dict]], folder: Path) -> list[Path]:
    """Render indexes, each with its front matter; gives the pages, whose files do not exist where shins fails."""
    folders = []
    for number, (index, meta) in enumerate(indexes):
        folders.append(folder / str(number))
        source = folders[-1] / "source"
        shutil.copytree(index.parent, source)
        for each in ("layouts", "javascripts"):
            shutil.copytree(shins / "source" / each, source / each, dirs_exist_ok=True)
        shutil.copytree(shins / "pub", folders[-1] / "pub")
        (source / "includes").mkdir(exist_ok=True)
        (source / "includes" / "_head.md").write_text("")
        (source / "index.html.md").write_text(_for_shins(index.read_text(encoding="utf-8"), meta), encoding="utf-8")
    script = Path(__file__).with_name("render.js")
    subprocess.run(["node", str(script), str(shins), *map(str, folders)], capture_output=True, check=True, timeout=300)
    return [each / "page.html" for each in folders]


def _for_shins(text: str, meta: dict) -> str:
    """Shins trips over front matter that other readers take, and ends the document at a rule of three dashes."""
    kept = yaml.safe_dump({name: meta[name] for name in ("title", "includes") if name in meta}, allow_unicode=True)
    body = _FRONT.sub("", text.replace("\r\n", "\n")).replace("\n\n---\n", "\n\n***\n")
    return f"---\n{kept}\n---\n{body}"


def page(texts: Sequence[str], title: str) -> str:
    """Render Markdown files into one page with the layout and the classes that Slate gives."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").disable("code")
    parser.renderer.rules["fence"] = _fence
    content = "".join(parser.render(_FRONT.sub("", text)) for text in texts)
    return _LAYOUT.replace("TITLE", escape(title)).replace("CONTENT", content)


def _fence(tokens, index, _options, _environment) -> str:
    language = tokens[index].info.strip()
    classes = f"highlight {language} tab-{language}" if language else "highlight plaintext"
    words = re.sub(r"(&quot;\w+&quot;|\b\d+)", r'<span class="s2">\1</span>', escape(tokens[index].content))
    return f'<div class="highlight"><pre class="{classes}"><code>{words}</code></pre></div>'


_LAYOUT = """<!doctype html>
<html>
  <head><meta charset="utf-8"><title>TITLE</title><style>h1 { color: red }</style></head>
  <body class="index">
    <a href="#" id="nav-button"><span>NAV</span></a>
    <div class="toc-wrapper"><div class="search"><input type="text" class="search"></div>
      <ul class="toc-list-h1"><li><a href="#one" class="toc-h1 toc-link">GET /navigation</a></li></ul></div>
    <div class="page-wrapper"><div class="dark-box"></div>
      <div class="content">
CONTENT
      </div>
      <div class="dark-box"><div class="lang-selector"><a href="#">shell</a></div></div>
    </div>
    <script>setup("<h1>GET /script</h1>")</script>
  </body>
</html>
"""
