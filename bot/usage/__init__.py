"""Usage: who used how much of Claude and for how many dollars, and the budgets that bound it.

All of it is pure; `bot.store` keeps it.
"""

from bot.usage.budgets import Budget, Full, Reservation, budgets, resets_at
from bot.usage.report import lines
from bot.usage.sheet import csv_text
from bot.usage.tally import TOTAL, Charge, Entry, Line, Report, Scope, Spender, Tally, Within

__all__ = [
    "TOTAL",
    "Budget",
    "Charge",
    "Entry",
    "Full",
    "Line",
    "Report",
    "Reservation",
    "Scope",
    "Spender",
    "Tally",
    "Within",
    "budgets",
    "csv_text",
    "lines",
    "resets_at",
]
