"""HTML to text: blocks become lines, quoted containers become lines that start with `> `.

So everything that reads text afterwards sees one form of quoting, whatever program made it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .hostile_html import takes_quadratic_time
from .pictures import linked_picture
from .programs import containers

_DROPPED = frozenset(
    {
        "script", "style", "head", "title", "meta", "link", "template", "noscript", "svg", "math",
        "object", "iframe", "select", "o:p", "xml", "canvas", "audio", "video", "textarea",
    }
)  # fmt: skip
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
        "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
# A line stays free above and below these; the others only begin a new line.
_PARAGRAPHS = frozenset(
    {
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "ul", "ol", "dl",
        "hr", "figure",
    }
)  # fmt: skip

# Containers of what others wrote: the table of programs says which.
_QUOTE_CLASSES = containers(".")
_QUOTE_IDS = containers("#")
_QUOTE_ELEMENTS = containers("")
_QUOTE_ENDINGS = tuple(containers("*"))
# Outlook on the web puts x_ before the names in mails that it quotes.
_PREFIXED = re.compile(r"^(?:x_)+")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_MARKUP = re.compile(r"<[^<>]*>")
_MAX_BLOCKQUOTES = 200


def html_to_text(html: str, pictures: Mapping[str, str] | None = None) -> str:
    """The text of the document as a reader sees it; never fails.

    `pictures` says what to write for the picture that a `cid:` link names (RFC 2392); nothing is
    written for any other picture, nor for the invisible ones that track readers.
    """
    html = html.replace("\x00", "")
    if takes_quadratic_time(html):
        return _without_markup(html)
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return ""
    writer = _Writer(pictures=pictures or {})
    _walk(root, writer, _own_blockquotes(tree))
    return writer.text()


def _without_markup(html: str) -> str:
    """What is left of a hostile document: its characters."""
    return "\n".join(line.strip() for line in unescape(_MARKUP.sub(" ", html)).split("\n")).strip()


@dataclass(slots=True)
class _Writer:
    """Lines as they grow; a blank line is due, not written, until text follows."""

    pictures: Mapping[str, str]
    lines: list[str] = field(default_factory=list)
    current: str = ""
    depth: int = 0
    literal: int = 0
    blank_due: bool = False

    def write(self, text: str) -> None:
        if self.literal:
            first, *others = text.split("\n")
            self.current += first
            for line in others:
                self.end_line()
                self.current = line
            return
        text = _SPACE.sub(" ", text)
        if not self.current or self.current.endswith(" "):
            text = text.lstrip(" ")
        self.current += text

    def begin_block(self, paragraph: bool) -> None:
        if self.current.strip():
            self.end_line()
        self.current = ""
        self.blank_due = self.blank_due or paragraph

    def end_line(self) -> None:
        """A written line end, also of an empty line (<br>)."""
        self._settle()
        self.lines.append(self._prefix() + self.current.rstrip())
        self.current = ""

    def _settle(self) -> None:
        if self.blank_due and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix().rstrip())
        self.blank_due = False

    def _prefix(self) -> str:
        return "> " * self.depth

    def quote(self, step: int) -> None:
        self.begin_block(paragraph=False)
        self.depth += step

    def text(self) -> str:
        if self.current.strip():
            self.end_line()
        return "\n".join(line.rstrip() for line in self.lines).strip("\n")


def _own_blockquotes(tree: LexborHTMLParser) -> set[int]:
    """Plain block quotes that the author made as such: all but the last outermost one.

    Programs quote once, at the end; an author may set off words before that.
    """
    nodes = tree.css("blockquote")
    if len(nodes) > _MAX_BLOCKQUOTES:
        return set()
    plain = [n for n in nodes if not _named_quote(n) and not _inside(n, _is_any_quote)]
    # Gmail's own quotes stand in its quote container; outside of it the author set off words.
    set_off = [n for n in nodes if _is_loose_gmail_quote(n)]
    return {node.mem_id for node in (*plain[:-1], *set_off)}


def _is_loose_gmail_quote(node: LexborNode) -> bool:
    return (
        "gmail_quote" in _classes(node)
        and "type" not in node.attributes
        and not _inside(node, _is_gmail_container)
    )


def _is_gmail_container(node: LexborNode) -> bool:
    return bool(_classes(node) & {"gmail_quote", "gmail_extra", "gmail_quote_container"})


def _is_any_quote(node: LexborNode) -> bool:
    return node.tag == "blockquote" or _is_container(node)


def _inside(node: LexborNode, test: Callable[[LexborNode], bool]) -> bool:
    parent = node.parent
    while parent is not None:
        if test(parent):
            return True
        parent = parent.parent
    return False


def _classes(node: LexborNode) -> set[str]:
    names = (node.attributes.get("class") or "").lower().split()
    return {_PREFIXED.sub("", name) for name in names}


def _named_quote(node: LexborNode) -> bool:
    attributes = node.attributes
    return bool("type" in attributes or "cite" in attributes or attributes.get("class"))


def _is_container(node: LexborNode) -> bool:
    if node.tag in _QUOTE_ELEMENTS:
        return True
    name = _PREFIXED.sub("", (node.attributes.get("id") or "").lower())
    if name in _QUOTE_IDS:
        return True
    classes = _classes(node)
    return bool(classes & _QUOTE_CLASSES) or any(c.endswith(_QUOTE_ENDINGS) for c in classes)


def _is_quote(node: LexborNode, own: set[int]) -> bool:
    if node.tag == "blockquote":
        return node.mem_id not in own
    return _is_container(node)


def _walk(root: LexborNode, writer: _Writer, own: set[int]) -> None:
    """Depth first, without recursion: hostile documents nest deeper than Python's stack."""
    todo: list[tuple[LexborNode, bool]] = [(root, True)]
    while todo:
        node, opening = todo.pop()
        if not opening:
            _close(node, writer, own)
            continue
        if node.tag == "-text":
            writer.write(node.text_content or "")
            continue
        if (node.tag or "").startswith("-") and node.tag != "-undef":
            continue
        if node.tag in _DROPPED or _hidden(node):
            continue
        _open(node, writer, own)
        todo.append((node, False))
        todo.extend((child, True) for child in reversed(_children(node)))


def _children(node: LexborNode) -> list[LexborNode]:
    found: list[LexborNode] = []
    child = node.first_child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def _hidden(node: LexborNode) -> bool:
    style = node.attributes.get("style")
    if not style:
        return False
    squeezed = style.replace(" ", "").lower()
    return "display:none" in squeezed or "mso-hide:all" in squeezed


def _open(node: LexborNode, writer: _Writer, own: set[int]) -> None:
    tag = node.tag or ""
    if tag == "br":
        writer.end_line()
        return
    if tag == "img" and writer.pictures:
        writer.write(linked_picture(node.attributes, writer.pictures))
        return
    if tag in ("td", "th"):
        if writer.current.strip():
            writer.write("\t" if writer.literal else " ")
        return
    quote = _is_quote(node, own)
    if tag not in _BLOCKS and not quote:
        return
    writer.begin_block(paragraph=tag in _PARAGRAPHS)
    if quote:
        writer.quote(1)
    if tag == "li":
        writer.write("- ")
    if tag == "pre":
        writer.literal += 1
    if tag == "hr":
        writer.write("_" * 32)
        writer.end_line()


def _address_of_link(node: LexborNode) -> str:
    """The address behind a name: in a forward's header it may stand nowhere else."""
    target = node.attributes.get("href") or ""
    if not target.lower().startswith("mailto:") or len(target) > 300:
        return ""
    address = unquote(target[7:].partition("?")[0]).strip()
    shown = node.text() or ""
    return "" if "@" in shown or not shown.strip() or "@" not in address else f" <{address}>"


def _close(node: LexborNode, writer: _Writer, own: set[int]) -> None:
    tag = node.tag or ""
    if tag == "a":
        writer.write(_address_of_link(node))
    quote = _is_quote(node, own)
    if tag not in _BLOCKS and not quote:
        return
    if tag == "pre":
        writer.literal -= 1
    writer.begin_block(paragraph=tag in _PARAGRAPHS)
    if quote:
        writer.quote(-1)
