"""Defaults of Prefect, and of Polars' memory, for this project; import before both. What the environment sets wins."""

import os

DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # a run must not need the internet
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # the default is too short for a slow laptop
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",  # events are most of what it would keep; nobody reads them
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",  # the database of runs must not grow for ever
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(60 * 86_400),
    # What Polars has freed goes back to the system, but not at once: a stage asks for as much again.
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:200,muzzy_decay_ms:0,narenas:1",
    "POLARS_MAX_THREADS": "1",  # its threads cost more in waiting for one another than they save; files are read in processes
    "OPENBLAS_NUM_THREADS": "1",  # of NumPy, which Pandera imports: its threads are busy waiting for work that never comes
    "PYTHONSAFEPATH": "1",  # the server must import nothing from the folder the command was called in
}

for name, value in DEFAULTS.items():
    os.environ.setdefault(name, value)
