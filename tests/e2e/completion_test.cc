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

  // Types `line` and a Tab, and waits until its last word stands there in full.
  void complete(const std::string& line, const std::string& word) {
    SCOPED_TRACE(line);
    terminal_.type(line + "\t");
    terminal_.see(word);
    terminal_.type("\x15");  // drops the line
  }

 private:
  Terminal terminal_;
};

void complete_everything(const std::vector<std::string>& shell, const std::string& setup) {
  Cluster cluster({"a"});
  for (const char* name : {"page-views", "two words", "scope:name:x"}) {
    ASSERT_EQ(cluster.tally({"add", name}).status, 0);
  }
  ShellWithCompletion here(shell, setup, cluster);
  here.complete("tally wat", "watch");
  here.complete("tally get --fre", "--fresh");
  here.complete("tally get --output=j", "--output=json");
  here.complete("tally server --ack pe", "peers:");
  here.complete("tally get pa", "page-views");
  here.complete("tally get two", "two\\ words");
  here.complete("tally get scope:na", "scope:name:x");
  here.complete("tally count /etc/os-rel", "/etc/os-release");
}

TEST(Completion, WorksInBash) {
  complete_everything({"bash", "--norc", "--noprofile", "-i"}, "source <(tally completion bash)");
}

TEST(Completion, WorksInZsh) {
  complete_everything({"zsh", "-f", "-i"},
                      "autoload -Uz compinit; compinit -D -u; source <(tally completion zsh)");
}

TEST(Completion, WorksInFish) {
  complete_everything({"fish", "--no-config", "-i"}, "tally completion fish | source");
}

}  // namespace
}  // namespace tally::e2e
