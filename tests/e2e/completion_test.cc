// Completion in real shells, by the Tab key.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/e2e/terminal.h"

namespace tally::e2e {
namespace {

const std::string kFolder = std::filesystem::path(tally_program()).parent_path();

// A shell with nobody's settings, in which `tally` is ours and completes.
class ShellWithCompletion {
 public:
  ShellWithCompletion(const std::vector<std::string>& shell, const std::string& setup, Cluster& cluster)
      : terminal_(shell) {
    terminal_.type("export TALLY_BALANCER=" + cluster.balancer().url().text() + " PATH=\"" + kFolder +
                   ":$PATH\"\n" + setup + "\necho r''eady\n");
    terminal_.see("ready");
  }

  // Types `line` with its Tabs, and waits for what is echoed of its completion.
  void complete(const std::string& line, const std::string& completed) {
    SCOPED_TRACE(line);
    terminal_.type(line);
    terminal_.see(completed);
    terminal_.type("\x15");  // drops the line
  }

  Terminal& terminal() { return terminal_; }

 private:
  Terminal terminal_;
};

void count_some(Cluster& cluster) {
  ASSERT_EQ(cluster.tally({"add", "page-views"}).status, 0);
  ASSERT_EQ(cluster.tally({"add", "two words"}).status, 0);
  ASSERT_EQ(cluster.tally({"add", "scope:name:x"}).status, 0);
}

TEST(Bash, CompletesCommandsOptionsValuesAndNames) {
  Cluster cluster({"a"});
  count_some(cluster);
  ShellWithCompletion bash({"bash", "--norc", "--noprofile", "-i"},
                           "bind 'set enable-bracketed-paste off'; source <(tally completion bash)", cluster);
  bash.complete("tally wat\t", "tally watch ");
  bash.complete("tally get --fre\t", "--fresh ");
  bash.complete("tally get --output=j\t", "--output=json ");
  bash.complete("tally server --ack pe\t", "peers:");
  bash.complete("tally get pa\t", "page-views ");
  bash.complete("tally get two\t", "two\\ words ");
  bash.complete("tally get scope:na\t", "scope:name:x ");
  bash.complete("tally count /etc/passw\t", "/etc/passwd");
}

}  // namespace
}  // namespace tally::e2e
