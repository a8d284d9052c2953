"""``python impatient.py PROGRAM [ARGUMENT...]``: runs a program that never sleeps long.

The SDKs look at jobs and endpoints every 10 to 30 seconds, which here are done in a few.
"""

import runpy
import sys
import time

_LONGEST_SECONDS = 0.2
_sleep = time.sleep
time.sleep = lambda seconds: _sleep(min(float(seconds), _LONGEST_SECONDS))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
