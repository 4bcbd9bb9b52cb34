"""Documents as files to pass on: a PDF to read and sign, a sheet to reckon with."""
