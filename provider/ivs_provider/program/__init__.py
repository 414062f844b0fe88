"""Reads a Pulumi program into what it declares: YAML evaluated here, Python run in process."""
