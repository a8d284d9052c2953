"""RecordIO-protobuf, the format that SageMaker's built-in algorithms train on and answer to.

Whole arrays at a time in both directions; needs only numpy.
https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html
"""

from recordio.errors import RecordIOError
from recordio.reader import decode, read
from recordio.records import Records
from recordio.writer import encode, encode_dense, write

__all__ = ["RecordIOError", "Records", "decode", "encode", "encode_dense", "read", "write"]
