// What Prometheus' own clients say of every process
// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics), and which Tally it is.
#pragma once

#include "edge/metrics.h"

namespace tally {

// Reads /proc/self: costs what there are open files. What cannot be read there is left out.
void show_process(MetricsPage& page);

}  // namespace tally
