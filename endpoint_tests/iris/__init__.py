"""The iris endpoint's gate: ``python -m endpoint_tests.iris``."""
