"""What a group is told holds nobody's telephone number or address in full, whatever text it stands in."""

from dataclasses import replace

from bot.dialogs.reply import Reply
from bot.rules.fields import mask
from config.types import Table


def masked(reply: Reply) -> Reply:
    """The reply as a group may read it."""
    buttons = tuple(replace(press, label=mask(press.label)) for press in reply.buttons)
    table = reply.table and Table(reply.table.line, tuple(tuple(map(mask, row)) for row in reply.table.rows))
    return replace(reply, text=mask(reply.text), buttons=buttons, picture_alt=mask(reply.picture_alt), table=table)
