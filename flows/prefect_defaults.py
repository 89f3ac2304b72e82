"""Defaults of Prefect for this project; import before Prefect. What the environment sets wins."""

import os

DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # a run must not need the internet
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # the default is too short for a slow laptop
    "PREFECT_LOGGING_LEVEL": "ERROR",  # a person at a terminal reads our words; the server keeps the log
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "DO_NOT_TRACK": "1",
}

for name, value in DEFAULTS.items():
    os.environ.setdefault(name, value)
