"""Show the rehearsal on a page while `bluezone.town.run` runs it, and set its pace."""
