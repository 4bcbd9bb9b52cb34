"""Dates, instants, periods, lengths of time, recurrences, numbers and money in running text, Chinese and English."""

from nlu.values.engine import find_values
from nlu.values.show import as_price, values_json

__all__ = ["as_price", "find_values", "values_json"]
