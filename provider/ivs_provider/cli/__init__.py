"""The standalone command line `ivs`: one module per command."""
