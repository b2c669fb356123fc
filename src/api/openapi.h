// The HTTP contract for machines: OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0). Tests hold every answer
// that they hear against it.
#pragma once

#include <string_view>

namespace tally {

// What both programs serve at /openapi.json: src/api/openapi.json, as it is.
std::string_view openapi_document();

}  // namespace tally
