"""The site: the engine that draws its shells, the fill, and the publication."""
