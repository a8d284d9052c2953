"""Train in script mode, through the toolkit in AWS's own images: ``python -m local_aws.images.script_mode``.

https://github.com/aws/sagemaker-training-toolkit
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sagemaker_training import trainer


def main() -> None:
    """Run the script that the job's hyperparameters name; exits with the toolkit's own code."""
    # The toolkit hands its path on to the script, which must see what it would see on AWS.
    hidden = ("", str(Path(__file__).resolve().parents[2]))
    sys.path[:] = [entry for entry in sys.path if entry not in hidden]
    os.environ.pop("PYTHONPATH", None)
    # It would import TensorFlow for no more than the names of its exceptions: seconds of every job.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    trainer.train()


if __name__ == "__main__":
    main()
