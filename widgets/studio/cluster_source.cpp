#include "widgets/studio/cluster_source.h"

#include "widgets/studio/statement_run.h"

// The two interfaces have no code of their own; this file gives their meta objects a home.
