"""What the portal costs, measured beside a floor in the same run (docs/performance.md).

`bin/bench` lists the commands, each with the first line of its module. Modules that only these use begin with an
underscore.
"""
