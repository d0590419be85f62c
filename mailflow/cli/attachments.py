"""Saving what was attached to a record's mails; it is looked up in the raw mails on demand."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.store import inputs
from mailflow.store.tables import Filed
from parsers import attachment_content, parse

NOT_IN_A_NAME = re.compile(r"[^\w.\- ]+")
# what Windows takes for a device, whatever follows the dot
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
# in octets: file systems take 255
LONGEST_NAME = 180


def save(session: Session, record_id: int, folder: Path) -> list[Path]:
    """Write the attachments of all mails about a record into a folder; returns where they are.

    The files belong to their owner alone (0600) and overwrite nothing. Their names are the mails'
    without anything that a file system could take for more than a name. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mails = select(Filed.input_id).where(Filed.record_id == record_id).order_by(Filed.input_id)
    saved = []
    for input_id in session.scalars(mails):
        raw = inputs.raw_of(session, input_id)
        for attachment in parse(raw).attachments:
            path = _free(folder, _safe(attachment.filename or "unnamed"))
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(attachment_content(raw, attachment.part))
            saved.append(path)
    return saved


def _safe(name: str) -> str:
    """A claimed file name as a plain one: no folders, no devices, no option, nothing hidden."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = NOT_IN_A_NAME.sub("_", last).strip(" .-")
    # the end of it is what says what it is
    cut = plain.encode()[-LONGEST_NAME:].decode("utf-8", "ignore").lstrip(" .-") or "unnamed"
    return f"_{cut}" if DEVICE.fullmatch(cut) else cut


def _free(folder: Path, name: str) -> Path:
    path, number = folder / name, 1
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"{number}-{name}"
    return path
