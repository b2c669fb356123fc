#include "program/completion.h"

#include <gtest/gtest.h>

#include "program/help.h"
#include "program/option_table.h"

namespace tally {
namespace {

using Texts = std::vector<std::string>;

struct Asked {
  Texts options;
  std::string prefix;
};

Texts completed(std::string_view line, Asked* asked = nullptr) {
  const Completions found = complete(line, [asked](const Texts& options, const std::string& prefix) {
    if (asked != nullptr) *asked = {options, prefix};
    return Texts{"page", "page views", "it's"};
  });
  if (found.kind == Completions::Kind::files) return {"(files)"};
  if (found.kind == Completions::Kind::folders) return {"(folders)"};
  Texts texts;
  for (const Completions::Word& word : found.words) texts.push_back(word.text);
  return texts;
}

TEST(Completion, OffersEverySubcommandWithItsHelp) {
  const Completions found = complete("tally ", [](const Texts&, const std::string&) { return Texts{}; });
  ASSERT_EQ(found.words.size(), subcommands().size());
  EXPECT_EQ(found.words[0], (Completions::Word{"add", subcommands()[0].help}));
  EXPECT_EQ(completed("tally wa"), Texts{"watch"});
  EXPECT_EQ(completed("TALLY_CLIENT=me tally wa"), Texts{"watch"});
  EXPECT_EQ(completed("tally --client me wa"), Texts{"watch"});
  EXPECT_EQ(completed("tally help wa"), Texts{"watch"});
}

TEST(Completion, OffersEveryOptionThatASubcommandTakesOnce) {
  for (const Subcommand& subcommand : subcommands()) {
    Texts expected;
    for (const Option& option : options()) {
      if (takes(subcommand, option)) expected.push_back(flag(option));
    }
    expected.push_back("--help");
    EXPECT_EQ(completed("tally " + std::string(subcommand.name) + " --"), expected);
  }
  EXPECT_EQ(completed("tally ls --by name --b"), Texts{"--balancer"});
  EXPECT_EQ(completed("tally get -- --b"), Texts{}) << "behind -- stand names";
}

TEST(Completion, KnowsTheValuesOfOptions) {
  EXPECT_EQ(completed("tally get --output "), (Texts{"text", "json"}));
  EXPECT_EQ(completed("tally get -o j"), Texts{"json"});
  EXPECT_EQ(completed("tally get --output=j"), Texts{"--output=json"});
  EXPECT_EQ(completed("tally server --ack p"), Texts{"peers:"});
  EXPECT_EQ(completed("tally server --data "), Texts{"(folders)"});
  EXPECT_EQ(completed("tally get --config x"), Texts{"(files)"});
  EXPECT_EQ(completed("tally get --balancer "), Texts{});
}

TEST(Completion, KnowsArguments) {
  EXPECT_EQ(completed("tally count "), Texts{"(files)"});
  EXPECT_EQ(completed("tally count x "), Texts{}) << "one FILE";
  EXPECT_EQ(completed("tally completion "), (Texts{"bash", "zsh", "fish"}));
  EXPECT_EQ(completed("tally servers "), Texts{});
  EXPECT_EQ(completed("tally get 'x"), Texts{}) << "inside quotes";
}

TEST(Completion, AsksForNamesWithTheOptionsOfTheLine) {
  Asked asked;
  EXPECT_EQ(completed("tally get page\\ ", &asked), Texts{"page views"});
  EXPECT_EQ(asked.prefix, "page ");
  EXPECT_EQ(completed("tally get --balancer http://x:1 --fresh -o json --client=me a p", &asked),
            (Texts{"page", "page views"}));
  EXPECT_EQ(asked.options, (Texts{"--balancer", "http://x:1", "--output", "json", "--client=me"}));
  EXPECT_EQ(completed("tally add p").size(), 2U);
  EXPECT_EQ(completed("tally add page "), Texts{}) << "a DELTA has no names";
  EXPECT_EQ(completed("tally ls i"), Texts{"it's"});
}

TEST(Help, HasAnExampleOfEverySubcommandAndOfNothingElse) {
  for (const Subcommand& subcommand : subcommands()) {
    const std::string help = help_of(subcommand);
    EXPECT_NE(help.find("\n  tally " + std::string(subcommand.name)), std::string::npos) << help;
    EXPECT_NE(general_help().find("\n  " + std::string(subcommand.name)), std::string::npos);
  }
  for (const Example& example : examples()) EXPECT_NE(find_subcommand(example.subcommand), nullptr);
}

}  // namespace
}  // namespace tally
