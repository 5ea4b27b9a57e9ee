"""The rehearsal to look at: a page that shows `bluezone.town.run` while it runs, and sets its pace."""
