"""What trainings share: from a table to a released model."""

import os
from pathlib import Path

# The SageMaker SDK reads its own settings from here: its telemetry is off.
os.environ.setdefault("SAGEMAKER_USER_CONFIG_OVERRIDE", str(Path(__file__).with_name("sagemaker.yaml")))
