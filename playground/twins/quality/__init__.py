"""How good the rows of a dataset are: measures in one pass, their report, and its pictures."""
