@rem npm scripts begin with the shell's `exec`, so that signals reach Node; on Windows this stands in for it.
@%*
