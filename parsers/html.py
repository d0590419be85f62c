"""HTML to text: blocks become lines, quoted containers become lines that start with `> `.

So everything that reads text afterwards sees one form of quoting, whatever program made it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = frozenset(
    "script style head title meta link template noscript svg math object iframe select "
    "o:p xml canvas audio video textarea".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody "
    "tfoot thead tr ul includetail".split()
)
# A line stays free above and below these; the others only begin a new line.
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dl hr figure".split())

# Containers of what others wrote: (attribute, value) in lower case; every row one program's.
_QUOTE_CLASSES = frozenset(
    "yahoo_quoted protonmail_quote tutanota_quote ntes-mailmaster-quote zmail_extra "
    "gmail_extra_quote mail-quote front-blockquote moz-email-headers-table-quote "
    "outlook_quote sh-quoted-content hs_reply_quote qmquote mailmaster-quote".split()
)
_QUOTE_IDS = frozenset(
    "olk_src_body_section isreplycontent ntes-pcmac-quote mail-editor-reference-message-container "
    "origbody replysplit divrplyfwdmsg_quote spark_quote".split()
)
# The header of an Outlook quote: what follows it beside it is quoted too.
_QUOTE_HEADS = frozenset("divrplyfwdmsg x_divrplyfwdmsg appendonsend_quote".split())
_PREFIXED_ID = re.compile(r"^(?:x_)+")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_MAX_DEPTH = 5_000


def html_to_text(html: str) -> str:
    """The text of the document as a reader sees it; never fails."""
    tree = LexborHTMLParser(html.replace("\x00", ""))
    root = tree.body or tree.root
    if root is None:
        return ""
    writer = _Writer()
    _walk(root, writer, _own_blockquotes(tree))
    return writer.text()


@dataclass(slots=True)
class _Writer:
    """Lines as they grow; a blank line is due, not written, until text follows."""

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
    plain = [
        node
        for node in tree.css("blockquote")
        if not _named_quote(node) and not _inside_quote(node)
    ]
    return {node.mem_id for node in plain[:-1]} | {
        node.mem_id
        for node in tree.css("blockquote.gmail_quote")
        if not _inside(node, "gmail_quote", "gmail_extra", "gmail_quote_container")
        and not node.attributes.get("type")
    }


def _classes(node: LexborNode) -> set[str]:
    return set((node.attributes.get("class") or "").lower().split())


def _inside(node: LexborNode, *names: str) -> bool:
    parent = node.parent
    for _ in range(_MAX_DEPTH):
        if parent is None:
            return False
        if _classes(parent) & set(names):
            return True
        parent = parent.parent
    return False


def _inside_quote(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(_MAX_DEPTH):
        if parent is None:
            return False
        if parent.tag == "blockquote" or _is_container(parent):
            return True
        parent = parent.parent
    return True


def _named_quote(node: LexborNode) -> bool:
    attributes = node.attributes
    return bool("type" in attributes or "cite" in attributes or attributes.get("class"))


def _is_container(node: LexborNode) -> bool:
    if node.tag == "includetail":
        return True
    name = _PREFIXED_ID.sub("", (node.attributes.get("id") or "").lower())
    return name in _QUOTE_IDS or bool(_classes(node) & _QUOTE_CLASSES)


def _is_quote(node: LexborNode, own: set[int]) -> bool:
    if node.tag == "blockquote":
        return node.mem_id not in own
    return _is_container(node)


def _walk(root: LexborNode, writer: _Writer, own: set[int]) -> None:
    """Depth first, without recursion: hostile documents nest deeper than Python's stack."""
    todo: list[tuple[LexborNode, bool]] = [(root, True)]
    closing: list[LexborNode] = []
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
    del closing


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
    if tag in ("td", "th"):
        if writer.current.strip():
            writer.write("\t" if writer.literal else " ")
        return
    if tag not in _BLOCKS:
        return
    writer.begin_block(paragraph=tag in _PARAGRAPHS)
    if _is_quote(node, own):
        writer.quote(1)
    if tag == "li":
        writer.write("- ")
    if tag == "pre":
        writer.literal += 1
    if tag == "hr":
        writer.write("_" * 32)
        writer.end_line()


def _close(node: LexborNode, writer: _Writer, own: set[int]) -> None:
    tag = node.tag or ""
    if tag not in _BLOCKS:
        return
    if tag == "pre":
        writer.literal -= 1
    writer.begin_block(paragraph=tag in _PARAGRAPHS)
    if _is_quote(node, own):
        writer.quote(-1)
