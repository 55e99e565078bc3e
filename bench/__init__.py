"""What the portal costs, measured beside a floor in the same run (docs/performance.md).

smoke         under a minute, for CI: robust bounds alone
full          the rows of docs/performance.md, with their goals
worker_kills  kill the worker while it tells of events: nothing lost, nothing twice

Modules that only these use begin with an underscore.
"""
