// Holds answers against the OpenAPI document.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tally {

// An answer as somebody heard it.
struct HeardAnswer {
  unsigned status;
  std::string content_type{};
  std::string body{};
  std::map<std::string, std::string> headers{};  // those that were looked for; empty: it did not come
};

// Stricter than the document's readers may be: a field, a header or a status that the document does not name
// is wrong. Schemas are judged as of JSON Schema's draft 7: the document uses no word that means something
// else in 2020-12. One thread.
class OpenApiChecker {
 public:
  // Throws if it is not JSON.
  explicit OpenApiChecker(std::string_view document);
  ~OpenApiChecker();

  // What about the answer to this request the document does not promise; empty: nothing. The target as it was
  // sent, by either program.
  std::string complaint(std::string_view method, std::string_view target, const HeardAnswer& answer);

  // As tally::served_paths(), of the program whose servers bear that description.
  std::map<std::string, std::string> served_paths(std::string_view program) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tally
