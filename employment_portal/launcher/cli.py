"""The first thing that ``manage.py`` calls: ``up`` and ``test`` here, every other command through Django."""

from employment_portal.launcher.messages import Problem, complain, problem_of


def main(argv: list[str]) -> int:
    command, arguments = (argv[1], argv[2:]) if len(argv) > 1 else ("help", [])
    try:
        if command == "up":
            from employment_portal.launcher import up

            return up.main(arguments)
        if command == "test":
            from employment_portal.launcher import testing

            return testing.main(arguments)
        from employment_portal.launcher import commands

        return commands.main(argv)
    except Problem as problem:
        complain(problem)
    except OSError as error:
        known = problem_of(error)
        if known is None:
            raise
        complain(known)
    except KeyboardInterrupt:
        return 130
    return 1
