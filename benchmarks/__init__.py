"""The long form of what the tests check in small; writes the records that documents quote."""
