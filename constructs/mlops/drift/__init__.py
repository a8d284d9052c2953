"""What PROD is asked, and answers, beside what its release was trained on: ``mlops monitor``."""
