"""Flowers as the iris endpoint is asked for them, and a server that answers as a network would."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

COLUMNS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
CLASSES = ("setosa", "versicolor", "virginica")

#: Stands for the container: it is run as a program of its own, which sees no package.
SERVE = """
import http.server, json, math, os

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
        odds = [[math.exp(-((row[2] - petal) ** 2)) for petal in (2.8, 3.8, 4.8)] for row in rows]
        scores = [[each / sum(row) for each in row] for row in odds]
        self.answer(json.dumps({"predictions": scores}).encode())

port = int(os.environ["SAGEMAKER_BIND_TO_PORT"])
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


def flowers(random: np.random.Generator, count: int, petal_shift: float = 0.0) -> pl.DataFrame:
    """``count`` flowers; petals longer by ``petal_shift`` centimetres, of which their spread is one."""
    rows = random.normal((5.8, 3.1, 3.8, 1.2), (0.8, 0.4, 1.0, 0.3), (count, 4))
    rows[:, 2] += petal_shift
    return pl.DataFrame(rows, schema=list(COLUMNS))


def answers(rows: pl.DataFrame) -> NDArray[Any]:
    """What the server answers, shape ``(rows, 3)``."""
    odds = np.exp(-((rows["petal_length"].to_numpy()[:, None] - np.array([[2.8, 3.8, 4.8]])) ** 2))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
