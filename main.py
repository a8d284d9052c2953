from mlops.stacks import synthesize

synthesize(__file__)
