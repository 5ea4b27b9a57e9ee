"""Say what each screen says, as pure functions: facts and a translator in, frozen view models out."""
