"""How the embedded sentence model is made: data folder in, model folder out.

Needs the ``training`` extra; nothing at run time imports this package.
"""
