"""The training process of the test image: does what its hyperparameters say."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

base = Path(os.environ["SAGEMAKER_BASE_DIR"])
config = base / "input/config"
given = json.loads((config / "hyperparameters.json").read_text())
seen = {
    "files": sorted(
        str(path.relative_to(base)) for path in (base / "input/data").rglob("*") if path.is_file()
    ),
    "hyperparameters": given,
    "channels": json.loads((config / "inputdataconfig.json").read_text()),
    "resources": json.loads((config / "resourceconfig.json").read_text()),
    "environment": dict(os.environ),
}
host = seen["resources"]["current_host"]
(base / "model" / f"seen-{host}.json").write_text(json.dumps(seen))
for line in given.get("say", "").splitlines():
    print(line, flush=True)
if "failure" in given:
    (base / "output/failure").write_text(given["failure"])
time.sleep(float(given.get("sleep", 0)))
sys.exit(int(given.get("exit", 0)))
