"""From the files of other systems to incident folders."""
