"""Calls let go together, each in a thread with a connection of its own."""

import threading

from django.db import connections

from employment_portal.core.errors import DomainError


def at_once(*calls):
    """What each call gave or was refused with, all started at one moment."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(position, call):
        barrier.wait()
        try:
            results[position] = call()
        except DomainError as error:
            results[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def refusals(results):
    return [result for result in results if isinstance(result, Exception)]
