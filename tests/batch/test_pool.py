"""Orders handed to real processes, some of which die."""

import errno
import multiprocessing
import os
import re
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from inspector.batch.pool import run
from inspector.batch.processes import Processes
from inspector.batch.queue import Order
from inspector.batch.worker import Bounds, OutOfTime, Result, failed
from inspector.model import SkipKind
from inspector.pipeline import Options
from tests.batch.orders import done, found, perilous


class Perilous(Processes):
    """Processes with another task."""

    def __init__(self, jobs: int = 2) -> None:
        super().__init__(jobs, Options(rules=()), Bounds())

    @property
    def task(self) -> Callable[[Order], Result]:
        return perilous


def results(names: Iterable[str], jobs: int = 2) -> dict[str, str]:
    orders = ((found(name),) for name in names)
    rows = [row for _, result in run(orders, Perilous(jobs), lambda: None) for row in result.skipped]
    assert len(rows) == len({row.path for row in rows})
    return {row.path: f"{row.kind}: {row.reason}" for row in rows}


def test_every_order_has_its_result_and_the_work_is_shared():
    found = results(f"slow{n}" for n in range(20))
    assert len(found) == 20
    assert len(set(found.values())) == 2  # by two processes


@pytest.mark.parametrize(
    ("culprit", "reason"),
    [
        ("kill", "was ended by SIGKILL, as the system does when memory runs out"),
        ("bus", "was ended by SIGBUS, as when a file shrinks while it is read"),
        ("exit", "ended with exit code 3"),
    ],
)
def test_a_worker_that_dies_costs_the_file_that_killed_it_alone(culprit, reason):
    names = [f"app{n}" for n in range(30)]
    found = results([*names[:10], culprit, *names[10:], f"{culprit}-again"])
    assert found.keys() == {*names, culprit, f"{culprit}-again"}
    assert found[culprit] == found[f"{culprit}-again"] == f"unreadable: the process that read it {reason}"
    assert all(found[name].startswith("not-go: by ") for name in names)


def test_who_only_was_there_when_a_worker_died_loses_nothing(tmp_path):
    (tmp_path / "once").touch()
    found = results([*(f"app{n}" for n in range(10)), str(tmp_path / "once")])
    assert len(found) == 11
    assert all(said.startswith("not-go: by ") for said in found.values())


def test_no_process_is_left_behind():
    orders = ((found(f"app{n}"),) for n in range(100))
    running = run(orders, Perilous(), lambda: None)
    next(running)
    assert multiprocessing.active_children()
    running.close()
    assert not multiprocessing.active_children()


def test_orders_are_taken_as_workers_get_free():
    taken = []

    def orders() -> Iterable[Order]:
        for number in range(1000):
            taken.append(number)
            yield (found(f"app{number}"),)

    running = run(orders(), Perilous(), lambda: None)
    next(running)
    assert len(taken) <= 8
    running.close()


class _Given:
    """Any executor of concurrent.futures."""

    jobs = 3

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    @property
    def task(self) -> Callable[[Order], Result]:
        return done

    def executor(self, jobs: int) -> Executor:
        assert jobs
        return self._executor

    def here(self, order: Order) -> Result:
        return done(order)

    def autopsy(self) -> tuple[SkipKind, str]:
        return SkipKind.UNREADABLE, "is gone"

    def discard(self) -> None:
        self._executor.shutdown(cancel_futures=True)


@pytest.mark.parametrize("make", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_will_do(make):
    context = {"mp_context": multiprocessing.get_context("spawn")} if make is ProcessPoolExecutor else {}
    orders = [(found(f"app{n}"),) for n in range(20)]
    assert {order for order, _ in run(orders, _Given(make(3, **context)), lambda: None)} == set(orders)


class _Refused(_Given):
    """A machine with room for some processes."""

    def __init__(self, room: int) -> None:
        super().__init__(ThreadPoolExecutor(max(room, 1)))
        self._room = room

    def here(self, order: Order) -> Result:
        return Result(skipped=tuple(failed(order, SkipKind.NOT_GO, "here")))

    def executor(self, jobs: int) -> Executor:
        if jobs > self._room:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return super().executor(jobs)

    def discard(self) -> None:
        """Keep it: threads can be refused as well."""


@pytest.mark.parametrize("room", [0, 1])
def test_where_no_more_processes_can_be_had_fewer_or_this_one_do_the_work(room):
    orders = [(found(f"app{n}"),) for n in range(20)]
    results = dict(run(orders, _Refused(room), lambda: None))
    assert results.keys() == set(orders)
    said = {row.reason for result in results.values() for row in result.skipped}
    assert said == ({"here"} if room == 0 else {f"by {os.getpid()}"})


class _Unsent(Exception):
    """As what a process cannot pickle."""


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (MemoryError(), SkipKind.LIMIT, "takes more memory than there is"),
        (OutOfTime(300), SkipKind.LIMIT, "took longer than 300 s"),
        (_Unsent("x"), SkipKind.UNREADABLE, "internal error, please report it: .*_Unsent: x"),
    ],
)
def test_a_result_that_cannot_be_handed_over_costs_its_file_alone(error, kind, reason):
    class Failing(ThreadPoolExecutor):
        def submit(self, task, /, order):
            future = super().submit(task, order)
            if order[0].path == "app7":
                future = Future()
                future.set_exception(error)
            return future

    orders = [(found(f"app{n}"),) for n in range(20)]
    results = {order[0].path: result.skipped for order, result in run(orders, _Given(Failing(3)), lambda: None)}
    assert len(results) == 20
    (row,) = results.pop("app7")
    assert row.kind is kind
    assert re.fullmatch(reason, row.reason)
    assert all(rows[0].reason.startswith("by ") for rows in results.values())
