"""The description of the HTTP interface (OpenAPI 3.1), made from the record contract itself."""

from functools import lru_cache
from typing import Any

from bot.exchange.shapes import Attribute, attributes
from config.crm import Crm, load_crm
from config.kinds import COMMON, FIELDS, KINDS
from config.types import CURRENCIES

_TEXT: dict[str, Any] = {"type": "string"}
_VERSION = {"type": "string", "pattern": '^(\\*|(W/)?"[0-9]{1,9}")$'}  # as it came in ETag
_MONEY = {
    "type": "object",
    "required": ["value", "currency"],
    "properties": {"value": {"type": "string", "pattern": r"^-?\d{1,14}(\.\d{1,4})?$"},
                   "currency": {"type": "string", "enum": sorted(CURRENCIES)}},
}  # fmt: skip
_FILLED: dict[str, Any] = {"type": "string", "minLength": 1, "pattern": r"\S"}
_NUMBER = {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,6})?$"}
_SHARE = {"type": ["string", "null"], "pattern": r"^(0(\.\d{1,4})?|1)$"}
_MOMENT = {"type": "string", "format": "date-time"}
_DAY = {"type": "string", "format": "date"}
_REFERENCE = {
    "type": "object",
    "properties": {"id": _FILLED, "name": _FILLED},
    "anyOf": [{"required": ["id"]}, {"required": ["name"]}],
}
_MAYBE = {"type": ["string", "null"]}
_LINE = {
    "type": "object",
    "required": ["product", "quantity"],
    "properties": {"product": _FILLED, "quantity": {"type": "string", "pattern": r"^[1-9]\d{0,8}(\.\d{1,4})?$"},
                   "unit": _MAYBE, "discount": _SHARE,
                   "unit_price": {"anyOf": [_MONEY, {"type": "null"}]}},
}  # fmt: skip
_STEP = {
    "type": "object",
    "required": ["at", "measures"],
    "properties": {"at": _MOMENT, "measures": _TEXT, "handler": {"anyOf": [_REFERENCE, {"type": "null"}]}},
}
_FORMS: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "texts": {"type": "array", "items": _TEXT},
    "date": _DAY,
    "instant": _MOMENT,
    "decimal": _NUMBER,
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "money": _MONEY,
    "period": {"type": "object", "required": ["start", "end"], "properties": {"start": _DAY, "end": _DAY}},
    "about": {"type": "object", "required": ["kind", "id"], "properties": {"kind": _FILLED, "id": _FILLED}},
    "reference": _REFERENCE,
    "choice": _TEXT,
    "lines": {"type": "array", "items": _LINE},
    "steps": {"type": "array", "items": _STEP},
    "custom": {"type": "object"},
}  # fmt: skip
_PROBLEM = {
    "description": "What is wrong, in the user's language",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
}


@lru_cache(maxsize=4)
def description(crm: Crm | None = None) -> dict[str, Any]:
    """The whole description, ready to be served, with the lists and roles of the organisation; else as shipped."""
    crm = crm or load_crm()
    schemas: dict[str, Any] = {"problem": {"type": "object", "required": ["status", "detail"], "properties": {
        "type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "field": _TEXT}}}  # fmt: skip
    paths: dict[str, Any] = {}
    for kind in KINDS:
        schemas[kind] = _record(kind, crm)
        schemas[f"{kind}_write"] = writable = _writable(kind, crm)
        schemas[f"{kind}_new"] = {**writable, "required": _needed(kind)}
        paths[f"/api/{kind}"] = {"get": _list(kind, crm), "post": _create(kind)}
        paths[f"/api/{kind}/{{id}}"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": _TEXT}],
            "get": _operation(f"Read a {kind}", f"read_{kind}", {"200": _one(kind)}),
            "patch": _operation(f"Change a {kind}", f"change_{kind}", {"200": _one(kind)})
            | {
                "requestBody": _body(f"{kind}_write"),
                "parameters": [{"name": "If-Match", "in": "header", "schema": _VERSION}],
            },
            "delete": _operation(f"Bin a {kind}", f"delete_{kind}", {"204": {"description": "It is in the bin"}}),
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "crmbot", "version": "1"},
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _record(kind: str, crm: Crm) -> dict[str, Any]:
    """A record as it is read: every field is there."""
    known = attributes(kind)
    properties: dict[str, Any] = {"kind": {"const": kind}}
    for name in (*COMMON, *FIELDS[kind]):
        form = _schema(known[name], crm) if name in known else _REFERENCE if name == "created_by" else _TEXT
        properties[name] = {"anyOf": [form, {"type": "null"}]}
    return {"type": "object", "required": list(properties), "properties": properties}


def _writable(kind: str, crm: Crm) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, attribute in attributes(kind).items():
        form = _schema(attribute, crm)
        properties[name] = form if attribute.required else {"anyOf": [form, {"type": "null"}]}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _needed(kind: str) -> list[str]:
    """What a new record cannot do without. A number that is not given is the next one."""
    return [name for name, attribute in attributes(kind).items() if attribute.required and name != "number"]


def _schema(attribute: Attribute, crm: Crm) -> dict[str, Any]:
    form = dict(_FORMS[attribute.form])
    if attribute.listed:
        form["enum"] = list(crm.codes(attribute.listed))
    if attribute.form == "text" and attribute.required:
        form |= _FILLED
    if attribute.form == "text" and attribute.max_chars:
        form["maxLength"] = attribute.max_chars
    if attribute.name in ("currency", "base"):
        form = {"type": "string", "enum": sorted(CURRENCIES)}
    if attribute.name == "role":
        form["enum"] = list(crm.roles)
    if attribute.name == "satisfaction":
        form |= {"minimum": 1, "maximum": 5}
    return form


def _list(kind: str, crm: Crm) -> dict[str, Any]:
    filters = [item for item in attributes(kind).values() if item.form in ("text", "choice", "date", "reference")]
    parameters = [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}}]
    parameters.append({"name": "after", "in": "query", "schema": _TEXT})
    parameters.append({"name": "updated_since", "in": "query", "schema": _MOMENT})
    for item in filters:
        form = _TEXT if item.form == "text" else _FILLED if item.form == "reference" else _schema(item, crm)
        parameters.append({"name": item.name, "in": "query", "schema": form})
    page = {"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{kind}"}},
        "next": {"type": ["string", "null"]}}}  # fmt: skip
    found = {"description": "A page; `next` goes into `after`", "content": {"application/json": {"schema": page}}}
    return _operation(f"List {kind} records", f"list_{kind}", {"200": found}) | {"parameters": parameters}


def _create(kind: str) -> dict[str, Any]:
    return _operation(f"Create a {kind}", f"create_{kind}", {"201": _one(kind)}) | {"requestBody": _body(f"{kind}_new")}


def _body(name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _one(kind: str) -> dict[str, Any]:
    return {
        "description": "The record; its version is in ETag",
        "headers": {"ETag": {"schema": _TEXT}},
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{kind}"}}},
    }


def _operation(summary: str, name: str, responses: dict[str, Any]) -> dict[str, Any]:
    problems = dict.fromkeys(("400", "401", "403", "404", "409", "412", "413", "422", "429", "503"), _PROBLEM)
    return {"summary": summary, "operationId": name, "responses": {**responses, **problems}}
