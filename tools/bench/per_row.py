"""The per-row writer that the codec is measured against and checked with.

Works as version 2 of the SageMaker SDK did (``write_spmatrix_to_sparse_tensor``): for every row of a
SciPy matrix one protobuf message, built field by field and framed. Version 3 has no writer.
"""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import Any, BinaryIO

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

MAGIC = 0xCED7230A


@cache
def record_class() -> Any:
    """The message class of Record: https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html"""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="record.proto", package="reference", syntax="proto2")
    tensor = file.message_type.add(name="Float32Tensor")
    for number, (name, kind) in enumerate(
        (("values", field.TYPE_FLOAT), ("keys", field.TYPE_UINT64), ("shape", field.TYPE_UINT64)), start=1
    ):
        packed = descriptor_pb2.FieldOptions(packed=True)
        tensor.field.add(name=name, number=number, type=kind, label=field.LABEL_REPEATED, options=packed)
    value = file.message_type.add(name="Value")
    value.oneof_decl.add(name="value")
    value.field.add(
        name="float32_tensor",
        number=2,
        type=field.TYPE_MESSAGE,
        type_name=".reference.Float32Tensor",
        label=field.LABEL_OPTIONAL,
        oneof_index=0,
    )
    record = file.message_type.add(name="Record")
    for number, name in ((1, "features"), (2, "label")):
        entry = f"{name.capitalize()}Entry"
        nested = record.nested_type.add(name=entry, options=descriptor_pb2.MessageOptions(map_entry=True))
        nested.field.add(name="key", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
        nested.field.add(
            name="value",
            number=2,
            type=field.TYPE_MESSAGE,
            type_name=".reference.Value",
            label=field.LABEL_OPTIONAL,
        )
        record.field.add(
            name=name,
            number=number,
            type=field.TYPE_MESSAGE,
            type_name=f".reference.Record.{entry}",
            label=field.LABEL_REPEATED,
        )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("reference.Record"))


def frame(payload: bytes) -> bytes:
    """One message in its frame."""
    return struct.pack("<II", MAGIC, len(payload)) + payload + bytes(-len(payload) % 4)


def write_sparse(file: BinaryIO, matrix: csr_matrix, labels: NDArray[np.float32] | None = None) -> None:
    """Every row of ``matrix`` as a sparse Float32 tensor."""
    for row_index in range(matrix.shape[0]):
        # The SDK clears one message for every row; protobuf's present runtime keeps what was cleared.
        record = record_class()()
        row = matrix.getrow(row_index)
        tensor = record.features["values"].float32_tensor
        tensor.values.extend(row.data)
        tensor.keys.extend(row.indices.astype(np.uint64))
        if labels is not None:
            record.label["values"].float32_tensor.values.extend([labels[row_index]])
        tensor.shape.extend([matrix.shape[1]])
        file.write(frame(record.SerializeToString()))


def encode_sparse(matrix: csr_matrix, labels: NDArray[np.float32] | None = None) -> bytes:
    """What ``write_sparse`` writes."""
    file = io.BytesIO()
    write_sparse(file, matrix, labels)
    return file.getvalue()


def encode_dense(matrix: NDArray[np.float32], labels: NDArray[np.float32] | None = None) -> bytes:
    """Every row of ``matrix`` as a dense Float32 tensor."""
    frames = []
    for row_index, row in enumerate(matrix):
        record = record_class()()
        record.features["values"].float32_tensor.values.extend(row)
        if labels is not None:
            record.label["values"].float32_tensor.values.extend([labels[row_index]])
        frames.append(frame(record.SerializeToString()))
    return b"".join(frames)
