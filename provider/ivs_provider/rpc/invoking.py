"""The RPC about functions: convert in, run, convert out."""

from __future__ import annotations

from ivs_provider.model.resource_type import PACKAGE
from ivs_provider.rpc.aborts import answering, misunderstood
from ivs_provider.rpc.configuring import Configuring, Context
from ivs_provider.rpc.convert import failures, tree_from, wire_from
from ivs_provider.rpc.protocol import pb

__all__ = ["Invoking"]


class Invoking(Configuring):
    """The part of the provider that serves functions."""

    @answering
    def Invoke(self, request: pb.InvokeRequest, context: Context) -> pb.InvokeResponse:
        """Run a function; in a preview only one that changes nothing."""
        # Most runs call no function: what they are made of waits for the first call.
        from ivs_provider.functions import functions
        from ivs_provider.functions.calling import Caller
        from ivs_provider.functions.invoking import invoke

        prefix = f"{PACKAGE}:index:"
        function = functions().get(request.tok.removeprefix(prefix)) if request.tok.startswith(prefix) else None
        if function is None:
            known = ", ".join(functions())
            misunderstood(context, f"{request.tok} is no function of this provider; there are {known}")
        caller = Caller(self.configured().account, self.stack)
        arguments = tree_from(request.args)
        invoked = invoke(function, arguments, caller, preview=request.preview)
        response = pb.InvokeResponse(failures=failures(invoked.problems, function.arguments, arguments))
        if not invoked.problems:
            # `return` is a word of Python's, so the member has no other way in.
            getattr(response, "return").CopyFrom(wire_from(invoked.result))
        return response
