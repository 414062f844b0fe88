"""What one kind of resource *is*: its shape (from ``schemas/``), its calls, its limits. Data, not behaviour."""
