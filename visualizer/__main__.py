"""`python -m visualizer`: the command line, without torch and without a browser."""

from visualizer.commands import main

if __name__ == "__main__":
    main(prog_name="python -m visualizer")
