"""The gate: judges an endpoint on held-out rows before its release goes on."""
