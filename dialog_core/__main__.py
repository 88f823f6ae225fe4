"""`python -m dialog_core`: the command line, where `dialog-core` is not on the path."""

from dialog_core.cli.main import main

if __name__ == "__main__":
    main()
