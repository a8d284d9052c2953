"""The examples on the local AWS: ``mlops demo`` runs one to a tested PROD endpoint, ``mlops up`` waits."""
