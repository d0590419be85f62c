"""`/lang zh|en`: in which language somebody gets their mails."""

from __future__ import annotations

from collections.abc import Collection

from mailflow.workflow.model import Refusal

WORDS = {
    "en": "en",
    "en-gb": "en",
    "en-us": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
    "zh": "zh",
    "zh-cn": "zh",
    "cn": "zh",
    "chinese": "zh",
    "中文": "zh",
    "汉语": "zh",
    "简体": "zh",
    "简体中文": "zh",
}


def lang(argument: str, _zones: Collection[str]) -> str | Refusal:
    """en or zh."""
    found = WORDS.get(argument.strip().casefold().replace("_", "-"))
    return found or Refusal("unknown_language", {"given": argument})
