// `tally token`: makes a token.
#pragma once

#include <string>

#include "api/scopes.h"

namespace tally {

struct NewTokenOptions {
  std::string name;
  Scopes scopes;
  std::string file;  // of tokens, hashed: see api/tokens.h
};

// Draws a token, adds its line to the file, and prints it: nobody can find it out again. The exit status.
int run_new_token(const NewTokenOptions& options);

}  // namespace tally
