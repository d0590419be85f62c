"""Reads kinds.toml: the kinds that mailflow brings along, then those of the installation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from mailflow import toml_file
from mailflow.data import data_path
from mailflow.toml_file import FileFaults, Location
from mailflow.workflow.fields import FIELD_TYPES, FieldType
from mailflow.workflow.fields import Field as KindField
from mailflow.workflow.kinds import (
    ROLES,
    Agreement,
    CountsAs,
    Kind,
    Kinds,
    OnAgenda,
    Role,
    as_tag,
    collisions,
)
from mailflow.workflow.model import PRIORITIES, WITHDRAWN

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAMING = "lower case letters, digits and _"
STATE_LIST = 'a list of states such as ["open", "done"]'
# What may change beside a kind's own fields.
COLUMNS = {"due", "owner", "priority"}
ROLE_LIST = f"a table of states with lists of {', '.join(ROLES)}"


class KindsError(FileFaults):
    """What is wrong in a kinds.toml, one line a fault."""


def _tag(text: str) -> str:
    tag = as_tag(text)
    if not tag or len(tag) > 40 or any(c.isspace() or c in "[]【】/" for c in tag):
        raise ValueError(f"expected a tag without spaces, brackets and slashes, got {text[:60]!r}")
    return tag


def _label(text: str) -> str:
    if not text.strip() or any(unicodedata.category(c) == "Cc" for c in text):
        raise ValueError(f"expected some words on one line, got {text[:60]!r}")
    return text.strip()


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text) or text == WITHDRAWN:
        raise ValueError(f"expected {NAMING} (and not {WITHDRAWN}), got {text[:60]!r}")
    return text


Tag = Annotated[str, AfterValidator(_tag)]
Label = Annotated[str, AfterValidator(_label)]
State = Annotated[str, AfterValidator(_identifier)]
Days = Annotated[int, Field(ge=0, le=3650)]
WorkingHours = Annotated[float, Field(gt=0, le=10_000)]
HOURS = f"a number of working hours, or a table of {', '.join(PRIORITIES)} with numbers"


class _FieldTable(BaseModel):
    """A field of a kind: the words for it by language, its type, who is asked for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: tuple[Label, ...] = Field(default=(), description='a list of words such as ["budget"]')
    zh: tuple[Label, ...] = Field(default=(), description='a list of words such as ["预算"]')
    type: FieldType = Field(default="text", description=f"one of {', '.join(FIELD_TYPES)}")
    side: Literal["sales", "members"] | None = Field(default=None, description="sales or members")

    def field(self, name: str) -> KindField:
        labels = {"en": self.en, "zh": self.zh}
        return KindField(name, {k: v for k, v in labels.items() if v}, self.type, self.side)


class _Table(BaseModel):
    """A kind as the file has it; `states` comes first, for what follows is checked against it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    states: tuple[State, ...] = Field(min_length=1, description=STATE_LIST)
    label: dict[str, Label] = Field(
        default={}, description='a table of languages such as { en = "issue", zh = "问题" }'
    )
    tags: tuple[Tag, ...] = Field(default=(), description='a list of tags such as ["ISSUE"]')
    state_labels: dict[str, dict[str, Label]] = Field(
        default={}, description="a table of languages, in each a table of states"
    )
    final: frozenset[str] = Field(default=frozenset(), description=STATE_LIST)
    settled: frozenset[str] = Field(default=frozenset(), description=STATE_LIST)
    moves: dict[str, tuple[str, ...]] = Field(
        default={}, description="a table of states with lists of states"
    )
    words: dict[str, str] = Field(
        default={}, description='a table of words with states such as { done = "resolved" }'
    )
    agreement: Agreement = Field(default="none", description="none or both")
    agreed_state: str | None = Field(default=None, validate_default=True, description="a state")
    rejected_state: str | None = Field(default=None, description="a state")
    agreeable: tuple[str, ...] = Field(default=(), description=STATE_LIST)
    may_move: tuple[Role, ...] = Field(
        default=ROLES, min_length=1, description=f"a list of {', '.join(ROLES)}"
    )
    answer_hours: dict[str, WorkingHours] = Field(default={}, description=HOURS)
    solve_hours: dict[str, WorkingHours] = Field(default={}, description=HOURS)
    default_due_days: Days | None = Field(default=None, description="a number of working days")
    private: bool = Field(default=False, description="true or false")
    told: dict[str, tuple[Role, ...]] = Field(default={}, description=ROLE_LIST)
    asked: dict[str, tuple[Role, ...]] = Field(default={}, description=ROLE_LIST)
    fields: dict[str, _FieldTable] = Field(
        default={}, description='tables of fields such as budget = { en = ["budget"] }'
    )
    told_of: dict[str, tuple[Role, ...]] = Field(
        default={}, description=f"a table of fields with lists of {', '.join(ROLES)}"
    )
    filled: dict[str, tuple[str, ...]] = Field(
        default={}, description="a table of states with lists of fields"
    )
    also: tuple[Label, ...] = Field(default=(), description='a list of words such as ["risk"]')
    agenda: OnAgenda = Field(default="due", description="due, new or open")
    counts_as: CountsAs | None = Field(
        default=None, description="goal, milestone, issue or feedback"
    )

    @field_validator("states")
    @classmethod
    def _states_differ(cls, states: tuple[str, ...]) -> tuple[str, ...]:
        twice = [state for state in dict.fromkeys(states) if states.count(state) > 1]
        if twice:
            raise ValueError(f"expected a state only once, got {twice[0]!r} again")
        return states

    @field_validator(
        "final",
        "settled",
        "agreeable",
        "moves",
        "words",
        "told",
        "asked",
        "filled",
        "state_labels",
        mode="after",
    )
    @classmethod
    def _states_known(cls, value: Any, info: ValidationInfo) -> Any:
        _expect_known(_states_in(info.field_name or "", value), info)
        return value

    @field_validator("answer_hours", "solve_hours", mode="before")
    @classmethod
    def _one_number_is_normal(cls, value: Any) -> Any:
        return {"normal": value} if isinstance(value, int | float) else value

    @field_validator("answer_hours", "solve_hours")
    @classmethod
    def _priorities_known(cls, hours: dict[str, float]) -> dict[str, float]:
        unknown = [name for name in hours if name not in PRIORITIES]
        if unknown:
            raise ValueError(f"expected {HOURS}, got {unknown[0][:60]!r}")
        if hours and "normal" not in hours:
            raise ValueError("missing normal; expected the hours of the usual priority")
        return hours

    @field_validator("told_of", "filled")
    @classmethod
    def _fields_known(
        cls, value: dict[str, tuple[str, ...]], info: ValidationInfo
    ) -> dict[str, tuple[str, ...]]:
        known = set(info.data.get("fields", ()))
        is_filled = info.field_name == "filled"
        named = [n for names in value.values() for n in names] if is_filled else list(value)
        unknown = [n for n in named if n not in (known if is_filled else known | COLUMNS)]
        if unknown:
            raise ValueError(f"expected a field of this kind, got {unknown[0][:60]!r}")
        return value

    @field_validator("fields")
    @classmethod
    def _field_names(cls, value: dict[str, _FieldTable]) -> dict[str, _FieldTable]:
        for name in value:
            _identifier(name)
        return value

    @field_validator("agreed_state", "rejected_state")
    @classmethod
    def _agreement_leads_somewhere(cls, state: str | None, info: ValidationInfo) -> str | None:
        wanted = info.field_name == "agreed_state" and info.data.get("agreement") == "both"
        if state is None and wanted:
            raise ValueError('missing; expected the state that agreement = "both" leads to')
        _expect_known([state] if state else [], info)
        return state

    def kind(self, name: str) -> Kind:
        """The kind of that name; every final state of it is settled too."""
        values = {field: getattr(self, field) for field in type(self).model_fields}
        values["settled"] = self.final | self.settled
        values["fields"] = tuple(table.field(key) for key, table in self.fields.items())
        return Kind(name=name, **values)


def load_kinds(own: Path | None) -> Kinds:
    """The built-in kinds and those of `own`, whose tables add to or replace them.

    Raises KindsError with one line for each fault.
    """
    built_in = data_path("config", "kinds.toml")
    kinds = _read(built_in)
    if own:
        kinds |= _read(own)
    together = tuple(kinds.values())
    alike = collisions(together)
    if alike:
        raise KindsError(*(f"{own or built_in}: {_alike(*clash)}" for clash in alike))
    return Kinds(together)


def _read(path: Path) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    faults: list[str] = []
    for name, table in toml_file.read(path, KindsError).items():
        if not IDENTIFIER.fullmatch(name):
            faults.append(f"{path}: {name[:60]!r}: expected a kind's name of {NAMING}")
            continue
        try:
            kinds[name] = _Table.model_validate(table).kind(name)
        except ValidationError as error:
            faults += toml_file.faults(error, _Table, _place(path, name, table))
    if faults:
        raise KindsError(*faults)
    return kinds


def _place(path: Path, name: str, table: Any) -> toml_file.Where:
    def where(location: Location) -> str:
        return f"{path}: {toml_file.key((name, *location), {name: table})}"

    return where


def _states_in(field: str, value: Any) -> Iterable[str]:
    """The states that a field's value names, whichever its form."""
    if field == "words":
        return list(value.values())
    if field == "state_labels":
        return [state for labels in value.values() for state in labels]
    if field == "moves":
        return [state for old, new in value.items() for state in (old, *new)]
    return list(value)


def _expect_known(named: Iterable[str], info: ValidationInfo) -> None:
    known: tuple[str, ...] = info.data.get("states", ())
    unknown = [state for state in named if state not in known]
    if known and unknown:
        raise ValueError(f"expected a state of {', '.join(known)}, got {unknown[0][:60]!r}")


def _alike(word: str, one: str, other: str) -> str:
    return f"{other}: expected names, tags and labels of its own, but {one} has {word!r} too"
