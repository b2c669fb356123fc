// The client's commands, each with the status that the process exits with: 0 it is done, 1 it failed.
#pragma once

#include "base/result.h"
#include "client/failover_client.h"
#include "client/options.h"
#include "client/output.h"
#include "client/words.h"

namespace tally {

// Does what `command` says and writes the answer, whole lines; if it fails nothing, but of a list what there
// was until then. For the shell, too.
Result<void> answer(FailoverClient& client, const ClientCommand& command, const Output& output);

int run_ask(const AskOptions& options);
int run_count(const CountOptions& options);
int run_top(const TopOptions& options);
int run_doctor(const DoctorOptions& options);
int run_shell(const ShellOptions& options);

}  // namespace tally
