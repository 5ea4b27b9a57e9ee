"""`python -m bluezone` is the command `bluezone`."""

from bluezone.cli.main import main

if __name__ == "__main__":
    main()
