"""A mail's view as text and as HTML, by the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)

from mailflow.data import data_path
from mailflow.outbox.columns import columns, hung
from mailflow.outbox.view import View
from mailflow.outbox.words import as_html, quoted

EMPTY_LINES = re.compile(r"\n{3,}")


def render(view: View) -> tuple[str, str]:
    """The same mail as plain text and as HTML."""
    templates = _environment()
    text = templates.get_template("mail.txt").render(view=view)
    html = templates.get_template("mail.html").render(view=view)
    return EMPTY_LINES.sub("\n\n", text.strip("\n")) + "\n", html.strip("\n") + "\n"


def render_page(language: str, name: str, values: Mapping[str, Any]) -> str:
    """A page (templates/LANGUAGE/NAME.txt) as plain text; "" where there is none."""
    if not name.isidentifier():
        return ""
    try:
        template = _environment().get_template(f"{language}/{name}.txt")
    except TemplateNotFound:
        return ""
    lines = (line.rstrip() for line in template.render(values).splitlines())
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def padded(text: str, width: int) -> str:
    """Filled up with spaces to a width in columns, one at least; Chinese characters take two."""
    return text + " " * max(1, width - columns(text))


@cache
def _environment() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(data_path("templates")),
        # Everything is text, other people's words above all; only .html is HTML.
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["quoted"] = quoted
    templates.filters["as_html"] = as_html
    templates.filters["pad"] = padded
    templates.filters["hung"] = hung
    return templates
