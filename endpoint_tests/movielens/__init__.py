"""The MovieLens endpoint's gate: ``python -m endpoint_tests.movielens``."""
