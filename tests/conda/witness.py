"""Put into an environment, it notes which script ran there and where its modules came from."""

import atexit
import json
import os
import sys
import time
from pathlib import Path

WITNESS = "OSTEOCT_WITNESS"  # names the folder of the notes


def note():
    """Write down the script, the environment and the file of every top-level module."""
    origins = {
        name: module.__file__
        for name, module in sys.modules.items()
        if "." not in name and getattr(module, "__file__", None)
    }
    note = {"script": sys.argv[0], "prefix": sys.prefix, "origins": origins}
    name = f"{os.getpid()}-{time.time_ns()}.json"
    Path(os.environ[WITNESS], name).write_text(json.dumps(note))


if WITNESS in os.environ:
    atexit.register(note)
