#include <algorithm>
#include <iostream>

#include "client/commands.h"
#include "client/complain.h"
#include "client/doctor.h"
#include "client/json_line.h"
#include "client/terminal.h"
#include "client/terminal_text.h"

namespace tally {

namespace {

// A server that is silent for longer is as good as gone.
constexpr Duration kAnswerTimeout = std::chrono::seconds(3);

std::string_view colour_of(Finding::Grade grade) {
  switch (grade) {
    case Finding::Grade::ok: return "\033[32m";
    case Finding::Grade::warn: return "\033[33m";
    case Finding::Grade::fail: return "\033[31m";
  }
  return "";
}

std::string in_words(const Finding& finding, bool colours) {
  std::string text(colours ? colour_of(finding.grade) : "");
  text.append(fitted(to_string(finding.grade), 6)).append(colours ? "\033[0m" : "");
  text.append(finding.check).append(finding.subject.empty() ? "" : " " + harmless(finding.subject));
  text.append(": ").append(harmless(finding.detail)).append("\n");
  if (!finding.advice.empty()) text.append("      ").append(harmless(finding.advice)).append("\n");
  return text;
}

std::string as_json(const Finding& finding) {
  return JsonLine()
      .text("result", to_string(finding.grade))
      .text("check", finding.check)
      .text("subject", finding.subject)
      .text("detail", finding.detail)
      .text("advice", finding.advice)
      .line();
}

}  // namespace

int run_doctor(const DoctorOptions& options) {
  ClientOptions impatient = options.client;
  impatient.patient = false;
  impatient.answer_timeout = kAnswerTimeout;
  FailoverClient client(impatient);
  const auto findings = judge(look_at_cluster(client, options.client.balancers, !impatient.token.empty()));
  const bool colours = may_colour();
  for (const Finding& finding : findings) {
    std::cout << (options.output == OutputFormat::json ? as_json(finding) : in_words(finding, colours));
  }
  std::cout << std::flush;
  if (!std::cout) {
    complain(std::cerr, "The findings could not be written: see where standard output goes.");
    return 1;
  }
  const bool all_fine = std::ranges::all_of(
      findings, [](const Finding& finding) { return finding.grade == Finding::Grade::ok; });
  return all_fine ? 0 : 1;
}

}  // namespace tally
