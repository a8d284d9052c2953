"""A new example from the template: ``mlops new NAME``."""
