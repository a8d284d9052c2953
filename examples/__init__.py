"""The examples: settings, stacks and data of each in a folder of its own."""
