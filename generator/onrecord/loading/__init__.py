"""From files to the Dataset: everything that the repository says, read once, with every problem on the way."""

from onrecord.loading.load import Loaded, load

__all__ = ["Loaded", "load"]
