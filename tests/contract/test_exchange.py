from contract.exchange import excerpt, one_line, redacted, secrets
from contract.finding import Finding


def test_an_excerpt_shows_no_credentials_and_no_date():
    fields = [("Date", "now"), ("Set-Cookie", "session=1"), ("Authorization", "Bearer x"), ("Server", "shop")]
    assert excerpt("HTTP/1.1 200 OK", fields, b"") == (
        "HTTP/1.1 200 OK\nSet-Cookie: [redacted]\nAuthorization: [redacted]\nServer: shop"
    )


def test_a_long_body_is_cut_and_bytes_that_are_no_text_are_shown_as_such():
    assert excerpt("HTTP/1.1 200 OK", [], b"x" * 501) == "HTTP/1.1 200 OK\n\n" + "x" * 500 + "..."
    assert excerpt("HTTP/1.1 200 OK", [], b"\xff") == "HTTP/1.1 200 OK\n\n\ufffd"


def test_a_message_is_one_line_of_bearable_length():
    assert one_line("Headers are missing:\n\n  - `a`\n  - `b`") == "Headers are missing: - `a`; - `b`"
    assert len(one_line("x" * 1000)) == 300


def test_what_is_hidden_is_the_password_the_header_values_and_their_words_but_no_short_word():
    assert secrets({"Authorization": "Bearer abcdefgh", "Accept": "en"}, ("ada", "correct-horse")) == (
        "YWRhOmNvcnJlY3QtaG9yc2U=",
        "Bearer abcdefgh",
        "correct-horse",
        "abcdefgh",
    )


def test_a_redacted_finding_holds_the_value_nowhere():
    finding = Finding("x", "error", "got hunter2222", request="curl hunter2222", response="hunter2222!")
    assert redacted(finding, ["hunter2222"]) == Finding(
        "x", "error", "got [redacted]", request="curl [redacted]", response="[redacted]!"
    )
