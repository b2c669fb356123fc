// The dashboard's page and what it consists of, as web/ builds them: part of the program.
#pragma once

#include <string_view>

namespace tally {

struct DashboardFile {
  std::string_view path;
  std::string_view type;
  std::string_view bytes;
};

// "/", "/app.js" or "/app.css".
const DashboardFile& dashboard_file(std::string_view path);

}  // namespace tally
