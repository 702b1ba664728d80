"""Made-up people and the ways their details get pasted, for the tests of the reader."""
