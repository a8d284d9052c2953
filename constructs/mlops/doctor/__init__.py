"""What a person must do once before the pipelines can run: ``mlops doctor``."""
