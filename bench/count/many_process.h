// A counting server as a process of its own, with many counters: what it takes, and whom listings hold up.
#pragma once

#include <cstddef>
#include <string>

namespace tally {

struct ProcessFigures {
  double bytes_a_counter;          // resident, after the load, less what it took before
  double bytes_with_index;         // likewise, after listings by name
  double first_page_ms;            // by name, which makes the index
  double page_ms;                  // of 1,000, by prefix; the median
  double top_ms;                   // the 20 largest values
  double longest_add_ms;           // of one client that adds one by one, while nobody lists
  double longest_add_of_first_ms;  // likewise, while the index is made
  double longest_add_of_pages_ms;  // while pages by name are asked for
  double longest_add_of_top_ms;    // while the top 20 are
};

// `program` is a built tally. It serves all of its clients on one loop, so that adds and listings share it.
ProcessFigures measure_process(const std::string& program, std::size_t counters);

}  // namespace tally
