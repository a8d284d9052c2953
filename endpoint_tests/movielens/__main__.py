"""``python -m endpoint_tests.movielens``: judge a MovieLens endpoint."""

from endpoint_tests.movielens.protocol import protocol_of
from mlops.gate.case import Subject
from mlops.gate.command import run

if __name__ == "__main__":
    run(Subject("movielens", protocol_of))
