"""Iris flowers: their measures in centimetres and their species.

R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936):
https://doi.org/10.24432/C56C76
"""

from __future__ import annotations

from mlops.train.prepare_table import TableData
from mlops.train.table import Table

FLOWERS = Table(
    rows="flowers",
    features=("sepal_length", "sepal_width", "petal_length", "petal_width"),
    label="species",
    classes=("setosa", "versicolor", "virginica"),
    above=0,
    at_most=100,
    unit="centimetres",
)
# A fifth, 30 of the 150: 10 of each species.
DATA = TableData(FLOWERS, key="flowers/iris.csv", share=0.2, fewest=25)
