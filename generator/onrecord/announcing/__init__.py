"""Telling channels what is new on the page: what that is, who wants it, in which words, and that nobody is told twice."""
