"""A new example from the template: ``python -m template NAME``, which ``make new`` runs."""
