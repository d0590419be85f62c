"""How large hostile input is: a fifth in the ordinary run, a whole megabyte in `make torture`."""

from __future__ import annotations

import os

MEGABYTE = 1_000_000 if os.environ.get("MAILFLOW_TORTURE") else 200_000
