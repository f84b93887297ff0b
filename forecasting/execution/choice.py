"""Where a command runs its models: on a cluster, in worker processes, or where it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from forecasting.errors import SettingsError
from forecasting.evaluation.tasks import Mapper
from forecasting.execution.cluster import Cluster
from forecasting.execution.processes import Processes


@contextmanager
def mapper_for(dask: str, workers: int) -> Iterator[Mapper]:
    """Give the Dask cluster at an address, or so many worker processes, or the builtin `map`.

    Raises `ClusterError` when the cluster cannot be used and `SettingsError` for fewer than one
    worker. When the work ends before its time, so do the processes.
    """
    if workers < 1:
        raise SettingsError(f"At least 1 worker is needed, got {workers}; give 1 or more.")
    if dask.strip():
        cluster = Cluster(dask.strip())
        cluster.connect()
        try:
            yield cluster
        finally:
            cluster.close()
    elif workers > 1:
        processes, complete = Processes(workers), False
        try:
            yield processes
            complete = True
        finally:
            processes.close(at_once=not complete)
    else:
        yield map
