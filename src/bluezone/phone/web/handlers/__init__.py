"""Handle the requests of the screens, one group of routes a module."""
