"""A new status repository: what is asked, what is laid out, and how it is kept up to date later."""
