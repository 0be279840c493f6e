"""A point at which a process is killed or made to wait, whichever process of a build comes there. Python reads this at
its start; FEILPUNKT has what is done there, «drep» (the whole group of processes) or «vent», an audit event, and the
pattern of a file that it is about. The file `punkt` is there while a process waits."""

import os
import signal
import sys
import time
from fnmatch import fnmatch
from pathlib import Path

if "FEILPUNKT" in os.environ:
    WAY, EVENT, PATTERN = os.environ["FEILPUNKT"].split("|")
    MARK, USED = (Path(os.environ["BESIDE"], name) for name in ("punkt", "brukt"))

    def stop(name: str, arguments: tuple) -> None:
        """The first process that comes to the point stops there."""
        if name == EVENT and not USED.exists() and any(fnmatch(str(one), PATTERN) for one in arguments):
            USED.touch()
            MARK.touch()
            if WAY == "drep":
                os.killpg(0, signal.SIGKILL)
            while MARK.exists():
                time.sleep(0.02)

    sys.addaudithook(stop)
