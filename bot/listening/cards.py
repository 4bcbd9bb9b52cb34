"""Several vCards in one message, as an address book exports them: shown as a list, saved with one tap as one step."""

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_phone
from bot.flows.shared import saved
from bot.rules.access import Named, require
from bot.rules.customers import contact_of, customer_of
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from nlu.cards import Card, read_vcards

MAX_CARDS = 50


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The cards as a list with a button that saves them; None where there are not several."""
    if text.casefold().count("begin:vcard") < 2:
        return None
    cards = [card for card in read_vcards(text) if card.name or card.company]
    if len(cards) < 2:
        return None
    require(world.actor, world.crm, "contact", "create")
    kept = cards[:MAX_CARDS]
    listed = page(world, memory, "cards", [_line(world, card) for card in kept], len(kept))
    action = {"do": "cards", "cards": [list(card) for card in kept]}
    save = Press(world.words.say("cards.save", count=len(kept)), action, "primary", is_open=True)
    left = [world.words.say("cards.left", count=len(cards) - len(kept))] if len(cards) > len(kept) else []
    return Reply("\n".join([listed.text, *left]), (save, *listed.buttons))


def _line(world: World, card: Card) -> str:
    facts = (card.name, card.company, card.position, *(show_phone(phone, world.words) for phone in card.phones[:1]))
    return shortened(world.words.line(facts), 100)


def save(world: World, memory: Memory, action: Json) -> Reply:
    """Keep the cards: new people and companies, and what is new about those who are known."""
    made = {"customer": 0, "contact": 0}
    with world.tx.savepoint():
        for row in action["cards"]:
            for kind, one in _kept(world, Card(*row)).items():
                made[kind] += one.is_new
    known = len(action["cards"]) - made["contact"]
    parts = [world.words.say("cards.people", count=made["contact"])]
    parts += [world.words.say("cards.companies", count=made["customer"])] if made["customer"] else []
    parts += [world.words.say("cards.known", count=known)] if known > 0 else []
    return saved(world, *parts).reply


def _kept(world: World, card: Card) -> dict[str, Named]:
    """The company and the person of a card, by kind."""
    customer = customer_of(world, _party(world, "customer", card.company, {})) if card.company else None
    found = {"customer": customer} if customer else {}
    if not card.name:
        return found
    values = {"position": card.position, "department": card.department}
    values = {key: value for key, value in values.items() if value}
    values |= {"phone": card.phones[0]} if card.phones else {}
    values |= {"email": card.emails[0]} if card.emails else {}
    at = {"customer": {"id": customer.id, "name": customer.name}} if customer else {}
    person = contact_of(world, _party(world, "contact", card.name, at), customer, values)
    return {**found, "contact": person}


def _party(world: World, kind: str, name: str, at: Json) -> Json:
    """The record of exactly this name, else a new one."""
    found = world.find(kind, name, at)
    is_one = found.is_sure and len(found.matches) == 1
    return {"id": found.matches[0].id, "name": found.matches[0].name} if is_one else {"new": name}
