"""All tables. `metadata` is what the migrations must arrive at."""

from mailflow.store.tables.base import Base
from mailflow.store.tables.clock import Firing, Landmark, Lease
from mailflow.store.tables.directory import (
    Address,
    Client,
    ClientOrigin,
    Contact,
    Meeting,
    Member,
    Person,
    Project,
    ProjectClient,
    Route,
)
from mailflow.store.tables.inputs import Blocked, Input, Message, Question, Raw, Sighting
from mailflow.store.tables.meetings import Attendance, Point, Sitting
from mailflow.store.tables.outbox import Notice, Outgoing
from mailflow.store.tables.records import (
    Alias,
    Event,
    Filed,
    Record,
    Reminded,
    Rule,
    Text,
    Watcher,
)

metadata = Base.metadata

__all__ = [
    "Address",
    "Alias",
    "Attendance",
    "Base",
    "Blocked",
    "Client",
    "ClientOrigin",
    "Contact",
    "Event",
    "Filed",
    "Firing",
    "Input",
    "Landmark",
    "Lease",
    "Meeting",
    "Member",
    "Message",
    "Notice",
    "Outgoing",
    "Person",
    "Point",
    "Project",
    "ProjectClient",
    "Question",
    "Raw",
    "Record",
    "Reminded",
    "Route",
    "Rule",
    "Sighting",
    "Sitting",
    "Text",
    "Watcher",
    "metadata",
]
