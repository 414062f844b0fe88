"""An Amazon IVS Real-Time on this machine, so that programs can be tried without an AWS account.

The emulator interprets botocore's own service model and shares no code with the provider: it is the
judge of the provider, and a judge that borrows the defendant's opinions is worth nothing.
`ivs_emulator.emulator.Emulator` runs it inside a test; `ivs emulator` runs it as a command.
"""
