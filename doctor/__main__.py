"""``python -m doctor``."""

import typer

from doctor.cli import doctor

typer.run(doctor)
