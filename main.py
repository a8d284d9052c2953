from mlops.stacks.app import synthesize

synthesize(__file__)
