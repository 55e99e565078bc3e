"""Files that people send: judged by size and content, kept under our own names, served under their parents' rights.

accepting    is this file what it says, small enough and harmless
kinds        what files there are, and how each begins
pictures     draw a picture again, so that nothing else travels with it
archives     what an archive says it holds
sheets       read a CSV or XLSX row by row
workbooks    rows as a workbook to fill in, or to read
naming       a name that is safe to show and to save
storing      bytes in their place, then the row
sweeping     expired files go; bytes without a row go

Each owner has a column or a table of its own that names the file; it is served by the owner's route.
"""
