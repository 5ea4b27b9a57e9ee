"""Run the command `bluezone` as `python -m bluezone`."""

from bluezone.cli.main import main

if __name__ == "__main__":
    main()
