"""`python -m krisestat <command>`."""

from krisestat.commands import main

raise SystemExit(main())
