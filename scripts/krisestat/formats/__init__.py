"""The formats that numbers are given to readers in, one module a format. Pure: tables in, bytes or text out."""
