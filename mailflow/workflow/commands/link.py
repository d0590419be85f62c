"""`/link blocked by ACME-7`: says how this record hangs together with others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mailflow.workflow.context import Context
from mailflow.workflow.links import linked, parted
from mailflow.workflow.model import CONVERSE, Effects, Happened, Record, Refusal, Relation
from mailflow.workflow.refs import refs_in, without_refs

# What the named record is to this one, as people say it of this one.
WORDS: Mapping[Relation | Literal["none"], str] = {
    "related": "related|relates|to|see|see also|with|and|关联|相关|参见|参考|与|和",
    "blocker": "blocked|blocked by|is blocked by|blocked on|depends|depends on|depend on|needs"
    "|after|waits|waits for|waiting for|requires|依赖|依赖于|取决于|阻塞于|被阻塞|受阻于|等待|等",
    "blocks": "blocks|blocking|block|before|阻塞|阻碍|前置于",
    "whole": "part|part of|is part of|child|child of|belongs to|under|属于|隶属|隶属于|从属于|归属",
    "part": "contains|includes|has|has part|parent|parent of|consists of|包含|包括|含",
    "none": "remove|delete|off|none|no longer|not|unlink|取消|删除|移除|解除",
}
RELATIONS = {word: relation for relation, words in WORDS.items() for word in words.split("|")}
AROUND = " ,;:，；：、。.-–"


def link(context: Context, argument: str) -> Effects | Refusal:
    """Each record that it names gets the converse link; `remove` takes both away."""
    refs = refs_in(argument)
    said = " ".join(without_refs(argument).casefold().split()).strip(AROUND)
    relation = RELATIONS.get(said.removesuffix(" to").removesuffix(" with")) if said else "related"
    if not refs or relation is None:
        return Refusal("unknown_link", {"given": argument})
    events: list[Happened] = []
    elsewhere: dict[int, tuple[Happened, ...]] = {}
    for ref in refs:
        other = context.others.get(ref)
        refusal = _not_linkable(context, ref, other, relation)
        if refusal is not None or other is None:
            return refusal or Refusal("unknown_record", {"given": ref})
        if relation == "none":
            here, there = parted(context.record, other.id), parted(other, context.record.id)
        else:
            here = linked(context.record, relation, other.id)
            there = linked(other, CONVERSE[relation], context.record.id)
        context = context.after(here)
        events.append(here)
        elsewhere[other.id] = (there,)
    return Effects(tuple(events), elsewhere=elsewhere)


def _not_linkable(
    context: Context, ref: str, other: Record | None, relation: Relation | Literal["none"]
) -> Refusal | None:
    record = context.record
    if other is None:
        return Refusal("unknown_record", {"given": ref})
    if other.id == record.id:
        return Refusal("link_itself")
    known = [link.relation for link in record.links if link.record == other.id]
    if relation == "none":
        return None if known else Refusal("not_linked", {"given": ref})
    if relation in known or (known and relation == "related"):
        return Refusal("already_linked", {"given": ref})
    if relation != "related" and CONVERSE[relation] in known:
        return Refusal("link_circle", {"given": ref})
    return None
