"""Which time zone a place keeps: a city, or a country with one zone, in Chinese or English; or the zone's own name."""

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

import tomli

from config.catalog import Catalog
from config.types import LANGUAGES
from nlu.names import normalise


def zone_at(place: str) -> str | None:
    """The IANA zone of a place: 伦敦, "San Francisco", 德国, Europe/London."""
    if "/" in place or place.upper() == "UTC":
        return next((zone for zone in available_timezones() if zone.casefold() == place.casefold()), None)
    return _zones().get(normalise(place)) if place else None


def place_of(zone: str, words: Catalog) -> str:
    """A zone as people call it: 伦敦."""
    from babel.dates import get_timezone_location  # 50 ms: only who travels needs it

    city = get_timezone_location(zone, locale=words.language, return_city=True)
    return city if city else zone


@cache
def _zones() -> dict[str, str]:
    """By name as it is compared: cities that zones are called after, countries with one zone, other large cities."""
    from babel import Locale
    from babel.core import get_global

    known = available_timezones()
    names = {normalise(zone.rpartition("/")[2].replace("_", " ")): zone for zone in sorted(known) if "/" in zone}
    for language in LANGUAGES:
        locale = Locale(language)
        names |= {
            normalise(locale.territories[territory]): zones[0]
            for territory, zones in get_global("territory_zones").items()
            if len(zones) == 1 and territory in locale.territories and zones[0] in known
        }
        cities = {zone: facts["city"] for zone, facts in locale.time_zones.items() if "city" in facts}
        names |= {normalise(city): zone for zone, city in cities.items() if zone in known}
    for zone, others in tomli.loads((files("config") / "places.toml").read_text("utf-8")).items():
        names |= {normalise(city): zone for city in others}
    return names
