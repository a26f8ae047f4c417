"""From files to a Dataset, with every problem on the way."""
