"""AWS's scikit-learn image: script mode, and serving by the script's own functions.

https://github.com/aws/sagemaker-scikit-learn-container
"""

from pathlib import Path

from local_aws.images.image import Image

IMAGES = (
    Image(
        "sagemaker-scikit-learn",
        train="local_aws.images.script_mode",
        serve=f"{__name__}.serve",
        requirements=Path(__file__).with_name("requirements.txt"),
    ),
)
