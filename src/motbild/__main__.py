"""`python -m motbild`: the command line."""

from motbild.cli import main

main()
