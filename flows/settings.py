"""One typed settings object: from the environment (``INOVASI_…``), a file ``.env``, or the defaults."""

import os
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tasks.notify import Channels
from tasks.publish import Output
from tasks.read.cluster import Cluster
from tasks.read.limits import Limits
from tasks.reference import DEFAULT_FOLDER
from tasks.store import open_output

MB = 1024 * 1024


class Settings(BaseSettings):
    """What a deployment may set; each field's description says what it does and in which unit."""

    model_config = SettingsConfigDict(env_prefix="INOVASI_", env_file=".env", extra="ignore")

    reference: Path = Field(DEFAULT_FOLDER, description="Folder of reference data")
    workers: int = Field(max(1, os.cpu_count() or 1), ge=1, le=64, description="Reading processes")
    seconds_per_file: float = Field(60, gt=0, description="Seconds a file may take to be read")
    memory_mb: int = Field(1000, ge=256, description="Memory of a reading process, MB")
    file_mb: int = Field(100, ge=1, description="Largest file, MB")
    inflated_mb: int = Field(300, ge=1, description="Largest content of a compressed workbook, MB")
    cells: int = Field(3_000_000, ge=1000, description="Largest extent of a workbook, cells")
    source_seconds: float = Field(60, gt=0, description="Seconds another machine (inbox, output) may take to answer")
    inbox: str | None = Field(None, description="Folder of submissions, or its address, for `inovasi serve`")
    output: str | None = Field(
        None, description="Output folder or address, for `inovasi serve`; its last run fills templates"
    )
    cache: Path = Field(
        Path.home() / ".cache" / "inovasi-banjar", description="Where the working copy of an output elsewhere is kept"
    )
    port: int = Field(4200, ge=1, le=65535, description="Port of `inovasi serve`, on this machine only")
    schedule: str = Field(
        "30 1 * * *", description="When the nightly run starts: a cron line, in the regency's time zone"
    )
    report_url: str | None = Field(None, description="Where people open the report, if a web server shows it")
    wait_seconds: int = Field(0, ge=0, description="Seconds to wait for another run on the same output to end")
    stage_seconds: int = Field(3600, ge=1, description="Seconds a stage of a run may take")

    dask: str = Field(
        "", description="Scheduler of a Dask cluster to read on, such as tcp://server:8786; else this machine reads"
    )
    originals: str = Field(
        "",
        description="Folder or address where the workers of the cluster find the originals by SHA-256; else they are sent along",
    )
    notify: SecretStr = Field(
        SecretStr(""),
        description="Where failures and changes of the index are told: apprise URLs or e-mail addresses, separated by blanks",
    )
    notify_mail: SecretStr = Field(
        SecretStr(""),
        description="Sending server for bare e-mail addresses: mailtos://user:password@server?from=address",
    )
    notify_send: bool = Field(False, description="Whether notices are sent; else it is only said what would be sent")

    def place(self, output: str) -> Output:
        """The output at a path or an address."""
        return open_output(output, self.cache, self.source_seconds)

    keep_runs: int = Field(60, ge=1, description="Published runs that stay; the newest of each year stays anyhow")
    keep_days: int = Field(0, ge=0, description="Days that published runs stay at most; 0 is for ever")
    keep_held: int = Field(5, ge=1, description="Results kept back by a gate or of a trial that stay for inspection")
    keep_flow_runs: int = Field(200, ge=1, description="Runs that Prefect remembers")

    @property
    def cluster(self) -> Cluster | None:
        """Where files are read, if not here."""
        return Cluster(self.dask, self.originals, self.source_seconds) if self.dask else None

    @property
    def channels(self) -> Channels:
        """Where notices go."""
        team = tuple(self.notify.get_secret_value().split())
        return Channels(team, self.notify_mail.get_secret_value(), self.notify_send)

    @property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        return Limits(
            seconds=self.seconds_per_file, memory_bytes=self.memory_mb * MB, file_bytes=self.file_mb * MB,
            inflated_bytes=self.inflated_mb * MB, cells=self.cells,
        )  # fmt: skip


@lru_cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
