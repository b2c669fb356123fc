// A token file that a test writes, and the tokens that it has made.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "api/tokens.h"
#include "edge/access.h"
#include "tests/store/temporary_folder.h"

namespace tally {

class TokenFile {
 public:
  // Takes the place of what was there, at once.
  void write(const std::string& text) {
    const std::string fresh = path() + ".new";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, path());
  }
  static std::string line(const std::string& name, const std::string& scopes, const std::string& token) {
    return token_line(name, Scopes::parse(scopes).value(), digest_of(token)).value();
  }

  std::string path() const { return (folder_.path() / "tokens").string(); }
  AccessFiles files() const { return {.tokens = path()}; }

 private:
  TemporaryFolder folder_;
};

}  // namespace tally
