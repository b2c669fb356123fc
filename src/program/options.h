// The command line of `tally`: what every subcommand was told.
//
// An option's value comes from its flag, else from its variable (TALLY_ and its name in capitals, '_' for
// '-'; an empty one is not set), else from the file that --config or TALLY_CONFIG names:
//
//     share-interval = "500ms"            # for every subcommand that takes it
//     [server]                            # for `tally server` alone; beats the above
//     balancer = ["http://10.0.0.1:7070", "http://10.0.0.2:7070"]
//
// Keys are the options' names. A key that no subcommand takes, or not this section's, is an error. A variable
// that the subcommand does not take is ignored. A client's token is no option, as everybody sees command
// lines: it stands in the variable TALLY_TOKEN, or in the file of --token-file, which is read here.
#pragma once

#include <span>
#include <variant>

#include "balancer/options.h"
#include "base/result.h"
#include "client/options.h"
#include "program/completion.h"
#include "program/new_token.h"
#include "program/option_values.h"
#include "program/up.h"
#include "server/options.h"

namespace tally {

using Command = std::variant<HelpText, BalancerOptions, ServerOptions, UpOptions, AskOptions, CountOptions,
                             TopOptions, DoctorOptions, ShellOptions, CompleteOptions, NewTokenOptions>;

// `arguments` without the program's name. The error is Errc::invalid (exit status 2), its detail one line.
Result<Command> parse_command_line(std::span<const char* const> arguments, const Environment& environment);

}  // namespace tally
