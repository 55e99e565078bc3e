"""Uploaded files: validated by size and content, stored under random keys, served by the routes of their owners.

accepting    validate an upload: its size, its content, its name
kinds        the accepted file types and their signatures
one_at_a_time limit the memory for reading files
picture_parts keep the parts of a picture file that make the picture
pictures     re-encode pictures, which removes everything but the pixels
archives     inspect the directory of an archive
sheets       read a CSV or XLSX row by row
xlsx_reading  read an XLSX in a process of its own
workbooks    write rows as an XLSX workbook
naming       make a file name safe to show and to save
storing      write the bytes, then the row
sweeping     delete expired files, and bytes without a row

Each owner has a column or a table that references the file, and a route that serves it.
"""
