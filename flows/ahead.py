"""The head start of ``inovasi run``: what is read while Prefect and its server start."""

from tasks.read.ahead import Ahead

ahead = Ahead()
