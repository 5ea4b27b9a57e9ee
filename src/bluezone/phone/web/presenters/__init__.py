"""What each screen says, as pure functions: facts and a language in, frozen view models out."""
