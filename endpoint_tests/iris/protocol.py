"""How the iris network behind TensorFlow Serving is asked: four measures in centimetres, three species."""

from __future__ import annotations

from mlops.serving.numeric_rows import numeric_rows

protocol_of = numeric_rows(4, ("setosa", "versicolor", "virginica"))
