"""AWS's TensorFlow images: script mode through AWS's own toolkit, and TensorFlow Serving's protocol.

https://github.com/aws/sagemaker-training-toolkit
https://docs.aws.amazon.com/sagemaker/latest/dg/tf.html
"""

from pathlib import Path

from local_aws.images.image import Image

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")

IMAGES = (
    Image(
        "tensorflow-training", train="local_aws.images.script_mode", serve=None, requirements=_REQUIREMENTS
    ),
    Image("tensorflow-inference", train=None, serve=f"{__name__}.serve", requirements=_REQUIREMENTS),
)
