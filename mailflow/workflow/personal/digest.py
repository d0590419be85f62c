"""`/digest daily|weekly|off`: how often the digest comes."""

from __future__ import annotations

from collections.abc import Collection

from mailflow.workflow.model import Refusal

WORDS = {
    "daily": "daily",
    "every day": "daily",
    "day": "daily",
    "on": "weekly",
    "weekly": "weekly",
    "every week": "weekly",
    "week": "weekly",
    "off": "off",
    "never": "off",
    "none": "off",
    "no": "off",
    "stop": "off",
    "每天": "daily",
    "每日": "daily",
    "每个工作日": "daily",
    "日报": "daily",
    "每周": "weekly",
    "每星期": "weekly",
    "周报": "weekly",
    "打开": "weekly",
    "开启": "weekly",
    "关闭": "off",
    "关": "off",
    "停止": "off",
    "不要": "off",
    "取消": "off",
}


def digest(argument: str, _zones: Collection[str]) -> str | Refusal:
    """daily, weekly or off."""
    found = WORDS.get(" ".join(argument.casefold().split()))
    return found or Refusal("unknown_digest", {"given": argument})
