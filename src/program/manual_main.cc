// Writes the manual: tally_manual PROSE_FOLDER OUT_FOLDER. The build runs it.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "program/manual.h"

namespace {

// False: a file could not be read or written, and that was said.
bool write_page(const std::string& in, const std::string& out, auto make) {
  std::ostringstream prose;
  prose << std::ifstream(in).rdbuf();
  if (prose.str().empty()) {
    std::cerr << "tally_manual: " << in
              << " cannot be read, or is empty: each command has its prose there.\n";
    return false;
  }
  std::ofstream page(out);
  page << make(prose.str()) << std::flush;
  if (!page) std::cerr << "tally_manual: " << out << " cannot be written.\n";
  return page.good();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "Usage: tally_manual PROSE_FOLDER OUT_FOLDER\n";
    return 2;
  }
  const std::string in = std::string(arguments[1]) + "/";
  const std::string out = std::string(arguments[2]) + "/";
  bool good = write_page(in + "tally.mdoc", out + "tally.1",
                         [](const std::string& prose) { return tally::manual_overview(prose); });
  for (const tally::Subcommand& each : tally::subcommands()) {
    const std::string name = "tally-" + std::string(each.name);
    good = write_page(in + name + ".mdoc", out + name + ".1",
                      [&each](const std::string& prose) { return tally::manual_page(each, prose); }) &&
           good;
  }
  return good ? 0 : 1;
}
