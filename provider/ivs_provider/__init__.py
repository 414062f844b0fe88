"""pulumi-ivs: Amazon IVS Real-Time declared in Pulumi programs.

The rooms, from the ground up: `errors`, `values`, `config`, `model`, `resources`, `cloud` and `tokens`, `reconcile`,
`functions`, then the two front ends `rpc` (the provider for the Pulumi engine) and `cli`. CONTRIBUTING.md is the plan
of the house.
"""

__version__ = "0.1.0"
