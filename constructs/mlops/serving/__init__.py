"""Asking an endpoint: the client, the protocols, the requests."""
