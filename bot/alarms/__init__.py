"""Deals that need a look: gone quiet, past their date, without a next step, much changed."""
