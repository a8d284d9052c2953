"""A new example from the template: ``python -m mlops.template NAME``, which ``make new`` runs."""
