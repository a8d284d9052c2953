"""AWS's TensorFlow images: script mode through AWS's own toolkit, and TensorFlow Serving's protocol.

https://github.com/aws/sagemaker-training-toolkit
https://docs.aws.amazon.com/sagemaker/latest/dg/tf.html
"""
