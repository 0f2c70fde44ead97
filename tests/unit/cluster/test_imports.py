import subprocess
import sys

import pytest

HEAVY = {"urllib3", "ssl", "http.client", "yaml", "jinja2", "sqlite3", "holdfast.embedded"}


@pytest.mark.parametrize("module", ["client", "connect", "survey", "transports.direct"])
def test_what_is_heavy_waits_until_a_server_is_talked_to(module):
    script = f"import sys, holdfast.cluster.{module}; print(*({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
