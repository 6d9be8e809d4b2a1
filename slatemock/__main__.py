"""`python -m slatemock`."""

import sys

from slatemock.cli import main

sys.exit(main())
