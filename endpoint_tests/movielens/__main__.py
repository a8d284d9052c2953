"""``python -m endpoint_tests.movielens``: judge a MovieLens endpoint."""

from endpoint_tests.case import Subject
from endpoint_tests.command import run
from endpoint_tests.movielens.protocol import protocol_of

if __name__ == "__main__":
    run(Subject("movielens", protocol_of))
