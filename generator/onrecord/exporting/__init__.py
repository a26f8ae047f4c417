"""From incident folders to the files of other systems, with an account of what those cannot hold."""
