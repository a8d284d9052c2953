"""What a person must do once before the pipelines can run: ``python -m mlops.doctor``."""
