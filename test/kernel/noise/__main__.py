"""Makes the packets of noise.sh. Runs as root in a machine of test/vm/run.

    noise usual|hurts
"""

import sys

import hurts
import usual

for scene in {'usual': usual, 'hurts': hurts}[sys.argv[1]].SCENES:
    scene()
