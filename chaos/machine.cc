#include "chaos/machine.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/check.h"

namespace tally::chaos {

Machine::Machine(Network& network, const std::filesystem::path& folder, std::string name)
    : network_(network),
      name_(std::move(name)),
      host_(network.add_host()),
      disk_(folder / name_, network.apart()) {}

void Machine::start(const std::vector<std::string>& command, const std::vector<std::string>& environment) {
  TALLY_CHECK(!on());
  e2e::ProcessOptions options{.environment = disk_.environment()};
  options.environment.insert(options.environment.end(), environment.begin(), environment.end());
  options.environment.push_back("LD_PRELOAD=" TALLY_POWER_CUT_SHIM);
  process_ = std::make_unique<e2e::Process>(network_.at(host_, command), options);
}

void Machine::kill() {
  if (!on()) return;
  process_->kill();
  process_.reset();
}

void Machine::freeze() { process_->signal(SIGSTOP); }
void Machine::thaw() {
  if (on()) process_->signal(SIGCONT);
}

std::string Machine::complaint() {
  if (!on() || process_->running()) return {};
  const int status = process_->wait();
  const std::string words = process_->out() + process_->err();
  process_.reset();
  constexpr std::size_t kEnough = 2000;
  return name_ + " ended by itself with status " + std::to_string(status) + ": " +
         words.substr(words.size() - std::min(words.size(), kEnough));
}

}  // namespace tally::chaos
