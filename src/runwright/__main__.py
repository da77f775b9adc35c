"""`python -m runwright`: the same as the command `runwright`."""

from runwright.cli.main import main

if __name__ == "__main__":
    main()
