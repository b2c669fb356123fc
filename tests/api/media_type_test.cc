#include "api/media_type.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

TEST(BodyType, IgnoresCaseAndParameters) {
  for (const char* json :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=\"utf-8\"", "application/x-www-form-urlencoded", " application/json "}) {
    EXPECT_EQ(body_type(json), BodyType::json) << json;
  }
  for (const char* text : {"text/plain", "TEXT/plain;charset=us-ascii"})
    EXPECT_EQ(body_type(text), BodyType::text);
  for (const char* none : {"", " ", ";"}) EXPECT_EQ(body_type(none), BodyType::none);
  for (const char* other :
       {"text/html", "application/jsonp", "json", "application/", "multipart/form-data; boundary=x",
        "application/json, text/plain", "application/x-protobuf"}) {
    EXPECT_EQ(body_type(other), BodyType::other) << other;
  }
}

TEST(ReplyType, IsTextOnlyForThoseWhoPreferIt) {
  for (const char* text :
       {"text/plain", "TEXT/PLAIN", "text/*", "text/plain, */*", "text/plain;q=0.9, */*;q=0.8",
        "text/plain, application/json;q=0.5", "text/plain;charset=utf-8", "*/*, application/json;q=0.1",
        "application/json;q=0, text/plain;q=0.001", "text/plain ; q=0.9 , application/json ; q=0.1"}) {
    EXPECT_EQ(reply_type(text), ReplyType::text) << text;
  }
  for (const char* json :
       {"", "*/*", "application/json", "text/plain, application/json", "application/json, text/plain, */*",
        "text/plain;q=0.5, */*", "text/plain;q=0", "text/html", "image/png, ,;q", "text/plain;q=x",
        "text/plain;q=2", "text/plain;q=nan", "text/plain;q=-1", "text", "application/*", ",,,",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}) {
    EXPECT_EQ(reply_type(json), ReplyType::json) << json;
  }
}

}  // namespace
}  // namespace tally
