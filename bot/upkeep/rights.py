"""What a role may: 「客服能看合同金额吗」, "can reps see other teams' customers?", "what can Olivia see". As it is
configured, kind by kind."""

from bot.dialogs.reply import Reply
from bot.people.identity import OUTSIDE
from bot.rules.access import teams_below
from bot.talk.cues import cues_in
from bot.upkeep.matters import Said
from bot.upkeep.staffing import role_label
from bot.world import World
from config.roles import ACTIONS, Action
from nlu.folding import fold
from storage import records

KINDS = ("customer", "contact", "opportunity", "follow_up", "quote", "contract", "order", "invoice", "payment",
         "product", "service_request")  # fmt: skip
SHOWN = ("customer", "opportunity", "contract", "service_request")  # where none is named
# What may be hidden, and the kinds that are meant where none is named.
FIELDS = {"amount": ("opportunity", "contract"), "phones": ("customer", "contact"), "emails": ("customer", "contact")}


def asked(world: World, said: Said) -> Reply | None:
    """First what was asked for, then all that the role may do with it."""
    user = records.User
    person = world.session.get(user, said.user.id) if said.user is not None and len(said.users) == 1 else None
    role = person.role if person is not None else said.role
    words = world.words
    kinds = list(dict.fromkeys(kind for kind, _span in cues_in(words, "handout.kinds", KINDS, fold(said.text))))
    action = next((one for one in reversed(ACTIONS) if words.pattern(f"matter.may.{one}").search(said.text)), None)
    if not role and action is not None and kinds and words.pattern("matter.who").search(said.text):
        return Reply("\n".join(_who(world, kind, action) for kind in kinds))
    if not role or role not in world.crm.roles:
        return None
    who = (
        words.say("matter.who_is", name=person.name, role=role_label(world, role))
        if person
        else role_label(world, role)
    )
    fields = [name for name in FIELDS if words.pattern(f"matter.field.{name}").search(said.text)]
    kinds = kinds or [kind for kind in KINDS if any(kind in FIELDS[name] for name in fields)]
    lines = []
    for kind in kinds:
        lines += [_field(world, who, role, kind, name) for name in fields] if action in (None, "view") else []
        if not lines and action is not None:
            is_others = words.pattern("matter.others").search(said.text) is not None
            of_others = is_others or _of_other_team(world, person, said)
            lines.append(_one(world, who, role, kind, action, of_others=of_others))
    rows = [_all(world, role, kind) for kind in kinds or SHOWN]
    head = lines or [words.say("matter.rights_of", who=who)]
    return Reply("\n".join([*head, *rows, words.say("matter.rights_where", role=role)]))


def _of_other_team(world: World, person: "records.User | None", said: Said) -> bool:
    """「王芳看不到华南的单子」: is a team named that is not theirs, nor below it?"""
    if person is None or person.team_id is None:
        return False
    below = teams_below(world.tx, person.team_id)
    return any(team.id not in below for team in said.teams)


def _who(world: World, kind: str, action: Action) -> str:
    """Which roles may do it, and how far."""
    words = world.words
    told = [
        words.say("matter.who_is", name=role_label(world, role), role=_level(world, role, kind, action))
        for role in world.crm.roles
        if role != OUTSIDE and world.crm.level(role, kind, action) != "none"
    ]
    facts = {"action": words.say(f"matter.action.{action}"), "kind": words.say(f"common.kind.{kind}")}
    return words.say("matter.who_may", roles=words.say("common.list_separator").join(told), **facts)


def _level(world: World, role: str, kind: str, action: Action) -> str:
    return world.words.say(f"matter.level.{world.crm.level(role, kind, action)}")


def _one(world: World, who: str, role: str, kind: str, action: Action, *, of_others: bool) -> str:
    level = world.crm.level(role, kind, action)
    facts = {
        "who": who,
        "kind": world.words.say(f"common.kind.{kind}"),
        "action": world.words.say(f"matter.action.{action}"),
    }
    if level == "none":
        return world.words.say("matter.may_not", **facts)
    key = "matter.may_only" if of_others and level != "all" else "matter.may_so"
    return world.words.say(key, level=_level(world, role, kind, action), **facts)


def _field(world: World, who: str, role: str, kind: str, name: str) -> str:
    shown = world.crm.roles[role].fields.get((kind, name))
    state = shown or ("hidden" if world.crm.level(role, kind, "view") == "none" else "open")
    facts = {"kind": world.words.say(f"common.kind.{kind}"), "field": world.words.say(f"record.field.{name}")}
    return world.words.say(f"matter.field_{state}", who=who, **facts)


def _all(world: World, role: str, kind: str) -> str:
    parts = [
        world.words.say(
            "matter.right", action=world.words.say(f"matter.action.{action}"), level=_level(world, role, kind, action)
        )
        for action in ACTIONS
    ]
    return world.words.say(
        "matter.rights_row",
        kind=world.words.say(f"common.kind.{kind}"),
        rights=world.words.say("common.list_separator").join(parts),
    )
