"""The conversations about a deal: at the tempo of its customer while it lives, and none while it sleeps."""

from datetime import datetime, timedelta

from bot.demo.deals import Deal
from bot.demo.scene import Scene
from storage import records

BETWEEN = 8.0  # days between two conversations, the median
CHANNELS = ("call", "call", "visit", "visit", "meeting", "chat", "chat", "email")


def write_notes(scene: Scene, deal: Deal) -> None:
    """All that was said about the deal; what is planned next is a reminder where it lies ahead."""
    chance = scene.chance
    end = deal.closed or deal.quiet_since or scene.now
    at = scene.at_work(deal.begun + timedelta(hours=chance.uniform(0, 30)))
    while at <= min(end, scene.now):
        pause = timedelta(days=BETWEEN * deal.customer.tempo * chance.lognormvariate(0, 0.45))
        planned = scene.at_work(at + pause)
        is_last = planned > min(end, scene.now)
        plan = planned if deal.closed is None and chance.random() < (0.45 if is_last else 0.7) else None
        if is_last and deal.quiet_since:
            plan = None
        _note(scene, deal, at, plan)
        at = planned


def _note(scene: Scene, deal: Deal, at: datetime, plan: datetime | None) -> None:
    chance, rep = scene.chance, deal.customer.rep
    stage = [name for moved, name in deal.moves if moved <= at and name in scene.words["notes"]][-1:]
    said = scene.pick("notes", stage[0] if stage else "initial_contact").format(product=deal.product["name"])
    facts = {
        "customer_id": deal.customer.id,
        "contact_id": chance.choice(deal.customer.contacts),
        "opportunity_id": deal.id,
        "channel": chance.choice(CHANNELS),
        "occurred_at": at,
        "occurred_has_time": True,
        "content": said,
        "feedback": scene.pick("notes", "feedback") if chance.random() < 0.4 else None,
        "next_follow_up_at": plan,
        "next_has_time": plan is not None,
        "owner_id": rep.id,
        "team_id": rep.team_id,
    }
    written = min(at + timedelta(minutes=chance.randrange(5, 180)), scene.now)
    scene.loader.add(records.FollowUp, written, rep.id, facts)
    if plan is not None and plan > scene.now:
        _remind(scene, deal, written, plan)


def _remind(scene: Scene, deal: Deal, at: datetime, plan: datetime) -> None:
    rep = deal.customer.rep
    facts = {
        "user_id": rep.id,
        "subject": scene.pick("products", "next_steps"),
        "remind_at": plan,
        "wall_time": plan.replace(tzinfo=None).isoformat(timespec="seconds"),
        "zone": str(plan.tzinfo),
        "about_kind": "customer",
        "about_id": deal.customer.id,
        "status": "pending",
        "owner_id": rep.id,
        "team_id": rep.team_id,
    }
    scene.loader.add(records.Reminder, at, rep.id, facts)
