"""One example from data to a tested PROD endpoint on the local AWS: what ``make demo`` runs."""
