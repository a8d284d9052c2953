"""Train in script mode, through the toolkit in AWS's own images: ``python -m local_aws.images.script_mode``.

https://github.com/aws/sagemaker-training-toolkit
"""

from __future__ import annotations

import sys

from sagemaker_training import trainer

from local_aws.images.isolation import hide_tool


def main() -> None:
    """Run the script that the job's hyperparameters name; exits with the toolkit's own code."""
    hide_tool()  # the toolkit hands its path on to the script
    # It would import TensorFlow for no more than the names of its exceptions: seconds of every job.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    trainer.train()


if __name__ == "__main__":
    main()
