"""Kills first starts with SIGKILL at many moments and starts again: ``python -m tests.launcher.kill_matrix``.

Each round has a fresh database, kills ``manage.py up`` after so many milliseconds, then lets it come up. It must come
up, with every migration, with the keys of the killed start where it had made some. ``--twice`` kills the second start too.
Ends with status 1 when a round fails.
"""

import argparse
import random
import sys
import time

from tests.launcher.installation import Installation


def round_of(milliseconds: list[int]) -> str:
    installation = Installation()
    try:
        keys = ""
        for pause in milliseconds:
            installation.start()
            time.sleep(pause / 1000)
            assert installation.process is not None
            installation.process.kill()
            installation.process.wait()
            kept = installation.var / "keys.env"
            if keys and kept.read_text() != keys:
                return "the keys changed"
            keys = kept.read_text() if kept.exists() else ""
        reached = installation.log.read_text().strip().splitlines()[-1:] or ["nothing said yet"]
        began = time.monotonic()
        installation.start()
        installation.wait_until_ready()
        took = time.monotonic() - began
        status, _ = installation.get("/")
        health, body = installation.get("/health/ready")
        installation.stop()
        if keys and (installation.var / "keys.env").read_text() != keys:
            return "the keys changed"
        if (status, health) != (200, 200):
            return f"the portal answers {status} and {health}: {body}"
        print(f"  ok   killed at {milliseconds} ms ({reached[0][:60]}); then up in {took:.1f} s", flush=True)
        return ""
    except AssertionError as error:
        return str(error)
    finally:
        installation.remove()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--until", type=int, default=15000, help="the latest moment, in milliseconds")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    failed = 0
    for number in range(options.rounds):
        first = options.until * number // options.rounds + chance.randrange(
            options.until // options.rounds + 1
        )
        moments = [first, chance.randrange(options.until)] if options.twice else [first]
        reason = round_of(moments)
        if reason:
            failed += 1
            print(f"  FAIL killed at {moments} ms: {reason}", flush=True)
    print(f"{options.rounds - failed} of {options.rounds} rounds came up")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
