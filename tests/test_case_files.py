from tests.case_files import cases, rewrite

FILE = """\
# A chapter, no case

## First sentence

Why it holds.

```yaml old
a: 1
```

````markdown document
# not a heading
```json
{}
```
````

```
```

## Second sentence

~~~
old
~~~
"""


def written(tmp_path):
    file = tmp_path / "cases.md"
    file.write_text(FILE)
    return file


def test_a_case_is_a_heading_and_its_blocks(tmp_path):
    first, second = cases(written(tmp_path))
    assert [first.heading, second.heading] == ["First sentence", "Second sentence"]
    assert [each.info for each in first.blocks] == ["yaml old", "markdown document", ""]
    assert first.text("yaml old") == "a: 1\n"


def test_a_longer_fence_holds_fences(tmp_path):
    assert cases(written(tmp_path))[0].text("markdown document") == "# not a heading\n```json\n{}\n```\n"


def test_rewriting_touches_the_inside_of_the_last_block_only(tmp_path):
    file = written(tmp_path)
    first, second = cases(tmp_path)
    rewrite(first, "one\n\ntwo\n")
    rewrite(second, "")
    assert file.read_text() == FILE.replace("```\n```\n\n##", "```\none\n\ntwo\n```\n\n##").replace("old\n~~~", "~~~")


def test_rewriting_with_the_same_text_changes_nothing(tmp_path):
    file = written(tmp_path)
    for case in cases(file):
        rewrite(case, case.expected.text)
    assert file.read_text() == FILE
