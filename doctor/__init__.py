"""What a person must do once before the pipelines can run: found out, never done. ``python -m doctor``."""
