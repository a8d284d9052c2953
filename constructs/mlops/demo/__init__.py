"""The examples on the local AWS: ``make demo`` runs one to a tested PROD endpoint, ``make up`` waits."""
