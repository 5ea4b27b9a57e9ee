"""Take health declarations by forms that are data: from phones, from the web, with a queue for who calls."""
