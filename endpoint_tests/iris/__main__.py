"""``python -m endpoint_tests.iris``: judge an iris endpoint."""

from endpoint_tests.iris.protocol import protocol_of
from mlops.gate.case import Subject
from mlops.gate.command import run

if __name__ == "__main__":
    run(Subject("iris", protocol_of))
