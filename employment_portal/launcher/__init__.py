"""What starts the portal: its environment, its servers, its processes.

Everything here but ``prepare`` needs the standard library alone, because it runs before anything is installed.
"""
