"""Observe, compare, plan, apply: what both front ends call. `compare` is pure; `observe` and `apply` use ``cloud``."""
