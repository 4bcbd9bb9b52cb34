"""Where an address is, as far as it tells by itself. There is no map."""

from config.phrasing import phrasing


def city_of(address: str | None) -> str:
    """「苏州」 of 「江苏省苏州市工业园区……」, "Leeds" of "14 Mill Lane, Leeds LS1 4AB"; "" where it tells none."""
    found = phrasing("city_of_address").match((address or "").strip())
    return next(name for name in found.groups() if name) if found is not None else ""
