package cli

import "os"

// terminate is Ctrl-C again: Windows has no polite signal besides it.
var terminate = os.Interrupt
