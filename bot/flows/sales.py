"""The flows of everything that is sold, in the order in which a sale goes."""

from bot.flows.contract import CONTRACT
from bot.flows.invoice import INVOICE
from bot.flows.order import ORDER, ORDER_UPDATE
from bot.flows.paper_change import PAPER_CHANGES
from bot.flows.paper_void import PAPER_VOID
from bot.flows.payment import PAYMENT
from bot.flows.product import PRODUCT
from bot.flows.quote import QUOTE, QUOTE_UPDATE

SALES = (QUOTE, QUOTE_UPDATE, CONTRACT, ORDER, ORDER_UPDATE, INVOICE, PAYMENT, *PAPER_CHANGES, PAPER_VOID, PRODUCT)
