"""Quotes: who said what, found by stages that `quotes.STAGES` lists in order."""

from tasks.extract.quotes.quotes import quotes

__all__ = ["quotes"]
