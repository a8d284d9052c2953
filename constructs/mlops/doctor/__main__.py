"""``python -m mlops.doctor``."""

import typer

from mlops.doctor.cli import doctor

typer.run(doctor)
