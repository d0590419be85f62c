"""A mail's view as text and as HTML, by the templates."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from mailflow.data import data_path
from mailflow.outbox.view import View
from mailflow.outbox.words import as_html, quoted

EMPTY_LINES = re.compile(r"\n{3,}")


def render(view: View) -> tuple[str, str]:
    """The same mail as plain text and as HTML."""
    templates = _environment()
    text = templates.get_template("mail.txt").render(view=view)
    html = templates.get_template("mail.html").render(view=view)
    return EMPTY_LINES.sub("\n\n", text.strip("\n")) + "\n", html.strip("\n") + "\n"


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
    return templates
