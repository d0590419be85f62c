"""A mail's view as text and as HTML, by the templates."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mailflow.data import data_path
from mailflow.outbox.view import View
from mailflow.outbox.words import as_html, quoted


def render(view: View) -> tuple[str, str]:
    """The same mail as plain text and as HTML."""
    templates = _environment()
    text = templates.get_template("mail.txt").render(view=view)
    html = templates.get_template("mail.html").render(view=view)
    return text.strip("\n") + "\n", html.strip("\n") + "\n"


@cache
def _environment() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(data_path("templates")),
        # Everything is text, other people's words above all; only .html is HTML.
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["quoted"] = quoted
    templates.filters["as_html"] = as_html
    return templates
