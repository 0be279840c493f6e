"""The forms that numbers are given to readers in, one module a form. Pure: tables in, bytes or text out."""
