"""The gate: invokes a deployed endpoint with held-out rows and decides whether its release goes on."""
