"""Other people's words in our mails: clean, short, quoted, and only text in HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.outbox.words import as_html, body, one_line, quoted, shortened


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nBcc: eve@evil.example", "a Bcc: eve@evil.example"),
        ("a\x00\x0bb\x85c\u2028d", "a b c d"),
        ("nur \u202egnp.exe", "nur gnp.exe"),
        ("\ud800half", "half"),
        ("x" * 300, "x" * 199 + "…"),
        ("  网关  升级 ", "网关 升级"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n\na\n\n\n\nb\n\n", "a\n\nb"),
        ("\tx \n  y", "    x\n  y"),
        ("a\x1b[31mb", "a [31mb"),
        ("\u202eabc\ud800", "abc "),
    ],
)
def test_body(text: str, kept: str) -> None:
    assert body(text).rstrip("\n") == kept.rstrip() or body(text) == kept


def test_shortened() -> None:
    assert shortened("abc", 3) == ("abc", False)
    assert shortened("abc def", 4) == ("abc", True)


def test_quoted() -> None:
    assert quoted("a\n\n> b") == "> a\n>\n> > b"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html,x", "data:text/html,x"),
        ("  a\nb", "&nbsp;&nbsp;a<br>\nb"),
        (
            "see https://a.example/?x=1&y=2.",
            'see <a href="https://a.example/?x=1&amp;y=2" class="link">'
            "https://a.example/?x=1&amp;y=2</a>.",
        ),
        (
            "见https://a.example/x。好",
            '见<a href="https://a.example/x" class="link">https://a.example/x</a>。好',
        ),
        (
            'http://a.example/"onclick="x',
            '<a href="http://a.example/" class="link">http://a.example/</a>&#34;onclick=&#34;x',
        ),
    ],
)
def test_as_html(text: str, html: str) -> None:
    assert as_html(text) == html


class Tags(HTMLParser):
    """Which elements and links a browser would see, and the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet="<>\"'&/ahtps:.=\n javcript-", max_size=60))
def test_no_text_becomes_another_element(text: str) -> None:
    tags = Tags()
    tags.feed(str(as_html(text)))
    tags.close()
    assert tags.seen <= {"a", "br"}
    assert all(link.startswith(("http://", "https://", "mailto:")) for link in tags.links)
    assert tags.text.replace("\xa0", " ") == text
