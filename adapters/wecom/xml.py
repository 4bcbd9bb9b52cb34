"""WeCom's XML as a flat table of fields."""

from xml.parsers import expat

MAX_DEPTH = 8
MAX_FIELDS = 200


class NotXml(Exception):
    """No XML, or XML with more in it than WeCom ever sends."""


def fields_of(text: str) -> dict[str, str]:
    """The text of each element right below the root, by its name; what lies deeper is left out.

    Document types, and with them all entities, are refused before anything is expanded. Raises `NotXml`.
    """
    reader = _Reader()
    # Not reachable by entity attacks: the handler refuses the declaration itself.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise NotXml from error
    return reader.fields


def _refuse(*_declaration: object) -> None:
    raise NotXml


class _Reader:
    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._pieces: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > MAX_DEPTH or len(self.fields) > MAX_FIELDS:
            raise NotXml
        if len(self._path) == 2:
            self._pieces = []

    def characters(self, text: str) -> None:
        if len(self._path) == 2:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if len(self._path) == 2:
            self.fields.setdefault(name, "".join(self._pieces))
        self._path.pop()
