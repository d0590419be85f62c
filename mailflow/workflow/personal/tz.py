"""`/tz Asia/Shanghai`: in which time zone somebody reads times and gets their digest."""

from __future__ import annotations

from collections.abc import Collection

from mailflow.workflow.model import Refusal

ALSO = {
    "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "utc+8": "Asia/Shanghai",
    "gmt+8": "Asia/Shanghai",
    "东八区": "Asia/Shanghai",
    "北京": "Asia/Shanghai",
    "北京时间": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "中国": "Asia/Shanghai",
    "香港": "Asia/Hong_Kong",
    "台北": "Asia/Taipei",
    "东京": "Asia/Tokyo",
    "新加坡": "Asia/Singapore",
    "柏林": "Europe/Berlin",
    "巴黎": "Europe/Paris",
    "伦敦": "Europe/London",
    "纽约": "America/New_York",
    "gmt": "UTC",
    "世界时": "UTC",
}


def tz(argument: str, zones: Collection[str]) -> str | Refusal:
    """An IANA name in any case, its last part where only one zone has it (Berlin), or a place."""
    wanted = "_".join(argument.strip().casefold().split())
    found = ALSO.get(wanted.replace("_", ""))
    if found is not None:
        return found
    whole = [zone for zone in zones if zone.casefold() == wanted]
    city = [zone for zone in zones if zone.casefold().rpartition("/")[2] == wanted]
    for fits in (whole, city):
        if len(fits) == 1:
            return fits[0]
    return Refusal("unknown_zone", {"given": argument})
