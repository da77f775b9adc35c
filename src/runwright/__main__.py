"""`python -m runwright` does what the command `runwright` does."""

from runwright.cli.main import main

if __name__ == "__main__":
    main()
