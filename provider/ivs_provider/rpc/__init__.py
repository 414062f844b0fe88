"""The gRPC boundary: one RPC, one short method: convert in, call, convert out."""
