"""``python -m endpoint_tests.iris``: judge an iris endpoint."""

from endpoint_tests.case import Subject
from endpoint_tests.command import run
from endpoint_tests.iris.protocol import protocol_of

if __name__ == "__main__":
    run(Subject("iris", protocol_of))
